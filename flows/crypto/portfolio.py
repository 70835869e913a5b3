"""What requests about a portfolio share: what is held besides coins, and where prices come from."""

from collections.abc import Iterable
from decimal import Decimal

from pydantic import BaseModel, Field, field_validator

from tasks.portfolio.holdings import Cash, Unit, refuse_quote


class PortfolioRequest(BaseModel):
    """Cash, the unit of the holdings, and the source of prices."""

    unit: Unit = Field(
        "amount",
        description="Whether `holdings` are amounts of each coin or their values in the quote.",
        examples=["amount"],
    )
    cash: Cash = Field(Decimal(0), description="Cash in the quote, best as text.", examples=["1000.00"])
    quote: str = Field(
        "USDT", pattern="^[A-Za-z0-9]{1,20}$", description="What prices are given in.", examples=["USDT", "EUR"]
    )
    exchange: str = Field(
        "binance",
        pattern="^[a-z0-9]{2,40}$",
        description="The exchange, by its name in ccxt; `sample` for the recorded candles of BTC.",
        examples=["binance", "kraken"],
    )
    candles_uri: str | None = Field(
        None,
        min_length=1,
        max_length=2000,
        description="A CSV or parquet file of candles (symbol, date, open, high, low, close, volume) in place of the "
        "exchange's; hours become days.",
        examples=["asset://uploads/1/candles.parquet"],
    )

    @field_validator("quote")
    @classmethod
    def _upper(cls, quote: str) -> str:
        return quote.upper()

    def refuse_quote(self, symbols: Iterable[str]) -> None:
        """Raise ValueError when the quote is named as a coin."""
        refuse_quote(symbols, self.quote)

    def quote_warning(self, found: str) -> list[str]:
        """A line that says so when prices are in another currency than was asked for."""
        return [] if found == self.quote else [f"Prices are in {found}; {self.quote} was asked for."]
