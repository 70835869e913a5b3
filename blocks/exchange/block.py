"""`Exchange`: where candles come from."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from prefect.blocks.core import Block
from pydantic import AnyHttpUrl, Field, SecretStr

from blocks.exchange.candles import Candles
from blocks.exchange.errors import MarketDataError
from blocks.exchange.rules import MarketRules
from blocks.exchange.timeframe import duration
from blocks.saved_block import saved_or_default

if TYPE_CHECKING:
    from blocks.exchange.connection import Connection

DEFAULT_COUNT: Final = 500
MOST_SKEW: Final = 60.0  # seconds


class Exchange(Block):
    """An exchange's spot market data through ccxt. Binance needs no key.

    Save one as `default` to change what `predict_price` uses: another address, longer patience, API keys.
    """

    _block_type_name = "Exchange"
    _block_type_slug = "exchange"
    _description = "Candles of any exchange that ccxt knows, by name; Binance needs no key."

    name: str = Field("binance", description="Name of the exchange in ccxt.", examples=["binance", "kraken"])
    api_key: SecretStr | None = Field(None, description="API key, for exchanges that ask for one.")
    api_secret: SecretStr | None = Field(None, description="Secret that belongs to the API key.")
    api_password: SecretStr | None = Field(None, description="Passphrase, where the exchange has one.")
    base_url: AnyHttpUrl | None = Field(
        None, description="Another address in place of the exchange's own hosts: a proxy or mirror. Paths stay."
    )
    timeout: float = Field(10.0, gt=0, le=60, description="Seconds to wait for one answer.")
    attempts: int = Field(4, ge=1, le=10, description="How often a request is sent before giving up.")
    patience: float = Field(20.0, ge=0, le=600, description="Most seconds spent on pauses between attempts.")

    @classmethod
    def default(cls, name: str = "binance") -> "Exchange":
        """The exchange called `name` in ccxt: the block saved as `default` if it is that one, else one as it comes."""
        saved = saved_or_default(cls, "default", cls)
        return saved if saved.name == name else cls(name=name)

    def fetch_candles(
        self,
        symbol: str,
        *,
        quote: str = "USDT",
        timeframe: str = "1h",
        count: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        as_of: datetime | None = None,
    ) -> Candles:
        """Closed candles of `symbol` in `quote`: the newest `count` (default 500), or those from `since` to `until`.

        What had not closed by the exchange's own clock is left out (`as_of`: what `time` said just now, to spare asking
        again). Gaps stay gaps: with `count`, the window reaches
        back `count` candles' length, so fewer may come back. An exchange that keeps only the newest gives those.
        Raises `UnknownExchange`, `UnknownSymbol`, `UnsupportedTimeframe`, `NoCandles`, `ExchangeUnavailable` (of which
        `NetworkAway` is a case); the message says what to do.
        """
        from blocks.exchange.feed import read_candles  # noqa: PLC0415 - ccxt takes half a second to import

        duration(timeframe)  # refuses an unknown word before anything is asked
        return read_candles(
            self._connection(),
            symbol=symbol,
            quote=quote,
            timeframe=timeframe,
            count=count or DEFAULT_COUNT,
            since=since,
            until=until,
            as_of=as_of,
        )

    @property
    def absence_is_final(self) -> bool:
        """A candle that an exchange leaves out of an answer is one that it does not have: nothing was traded."""
        return True

    @property
    def credit(self) -> str:
        """What a result says of where its candles are from."""
        return self.name

    def quoted(self, quote: str) -> str:
        """What prices come in where `quote` is asked for: that."""
        return quote

    def time(self) -> datetime:
        """The exchange's own time, UTC; ours where it tells none. Raises `ExchangeUnavailable`."""
        from blocks.exchange.feed import exchange_time  # noqa: PLC0415 - ccxt takes half a second to import

        return exchange_time(self._connection())

    def require(self, timeframe: str) -> None:
        """Raise `UnsupportedTimeframe`, naming what there is, when the exchange has no such candles."""
        from blocks.exchange.market import require_timeframe  # noqa: PLC0415 - ccxt takes half a second to import

        require_timeframe(self._connection(), timeframe)

    def market_rules(self, symbol: str, quote: str = "USDT") -> MarketRules:
        """Least amount and cost of an order of `symbol` in `quote`, its steps, and the fees; asked for once an hour.

        Raises `UnknownExchange`, `UnknownSymbol`, `ExchangeUnavailable`.
        """
        from blocks.exchange.trading import market_rules  # noqa: PLC0415 - ccxt takes half a second to import

        return market_rules(self._connection(), symbol, quote)

    def tickers(self, symbols: Iterable[str], quote: str = "USDT") -> dict[str, float]:
        """Price of the last trade of each symbol in `quote`.

        Raises as `market_rules` does, and `NoCandles` for a market in which nothing was traded.
        """
        from blocks.exchange.trading import last_prices  # noqa: PLC0415 - ccxt takes half a second to import

        return last_prices(self._connection(), tuple(symbols), quote)

    def check(self) -> None:
        """Raise `MarketDataError` saying what is wrong, when the exchange can't be used from here."""
        skew = abs((self.time() - datetime.now(UTC)).total_seconds())
        if skew > MOST_SKEW:
            raise MarketDataError(
                f"This machine's clock and that of {self.name} differ by {skew:.0f} s: set the clock by NTP."
            )

    def _connection(self) -> "Connection":
        """This process's connection with these settings."""
        from blocks.exchange.connection import shared_connection  # noqa: PLC0415 - ccxt takes half a second to import

        secrets = {"apiKey": self.api_key, "secret": self.api_secret, "password": self.api_password}
        return shared_connection(
            self.name,
            base_url=str(self.base_url) if self.base_url else None,
            credentials=tuple((name, secret.get_secret_value()) for name, secret in secrets.items() if secret),
            timeout=self.timeout,
            attempts=self.attempts,
            patience=self.patience,
        )
