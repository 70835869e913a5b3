"""The ingestion of candles."""

from datetime import timedelta
from typing import Annotated, Final, Self

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from blocks.asset_store import Asset
from blocks.candle_store import candle_source
from blocks.exchange import TIMEFRAMES, Timeframe
from blocks.warehouse import Rows
from flows.crypto.prediction import ASSET_PATTERN
from flows.form import in_declared_order
from tasks.crypto.ingest import SeriesOutcome, ingest_each, series_wanted
from tasks.crypto.ingest_report import ingestion_provenance, ingestion_warnings, publish_ingestion, written_rows
from tasks.provenance import Provenance
from tasks.run import run_id

MOST_CANDLES: Final = 5_000_000

Coin = Annotated[str, StringConstraints(pattern=ASSET_PATTERN)]


class CandleIngestionRequest(BaseModel):
    """Candles to bring into the warehouse."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    symbols: tuple[Coin, ...] = Field(
        ("BTC", "ETH", "SOL", "BNB", "XRP"),
        min_length=1,
        max_length=1000,
        description="The coins.",
        examples=[["BTC", "ETH"]],
    )
    quote: str = Field(
        "USDT", pattern=ASSET_PATTERN, description="What prices are in, for all of them.", examples=["USDT", "USD"]
    )
    timeframes: tuple[Timeframe, ...] = Field(
        ("1h",), min_length=1, max_length=len(TIMEFRAMES), description="Lengths of candles.", examples=[["1h", "1d"]]
    )
    exchange: str = Field(
        "binance",
        pattern="^[a-z0-9]{2,40}$",
        description="The exchange, by its name in ccxt, or `coingecko`.",
        examples=["binance", "kraken"],
    )
    days: int = Field(
        90, ge=1, le=3650, description="Days back from now; what is stored already is not asked for.", examples=[365]
    )

    @field_validator("symbols")
    @classmethod
    def _upper_once(cls, symbols: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(symbol.upper() for symbol in symbols))

    @field_validator("timeframes")
    @classmethod
    def _once(cls, timeframes: tuple[Timeframe, ...]) -> tuple[Timeframe, ...]:
        return tuple(dict.fromkeys(timeframes))

    @field_validator("quote")
    @classmethod
    def _upper(cls, quote: str) -> str:
        return quote.upper()

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        each = sum(timedelta(days=self.days) // TIMEFRAMES[timeframe] for timeframe in self.timeframes)
        if each * len(self.symbols) > MOST_CANDLES:
            raise ValueError(
                f"these are {each * len(self.symbols):,} candles, at most {MOST_CANDLES:,} in one run: ask for fewer "
                "days, symbols or timeframes"
            )
        return self


class CandleIngestion(BaseModel):
    """What the warehouse has gained."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    request: CandleIngestionRequest = Field(description="What was asked for.")
    series: list[SeriesOutcome] = Field(description="One entry a symbol and timeframe.")
    new: int = Field(description="Candles that the warehouse lacked.")
    refused: int = Field(description="Series that could not be brought up to date; each says why.")
    data_source: str = Field(description="Where the candles are from.", examples=["binance"])
    assets: list[Asset] = Field(description="The outcomes as JSON.")
    rows: list[Rows] = Field(description="Rows in the warehouse.")
    provenance: Provenance = Field(description="Enough to make it again.")
    warnings: list[str] = Field(description="What a reader should know.")


@flow(
    name="ingest-candles",
    description="Brings the newest closed candles into the warehouse; what it has is not asked for again.",
    persist_result=True,
    result_serializer="json",
)
def ingest_candles(request: CandleIngestionRequest) -> CandleIngestion:
    """Series one after the other, each with its outcome -> file, table, rows.

    Raises `NothingIngested` (a `MarketDataError`) when every series was refused, `WarehouseError`. Safe to repeat, and
    beside another run.
    """
    wanted = series_wanted(request.exchange, request.symbols, request.quote, request.timeframes)
    outcomes = ingest_each(wanted, request.days)
    assets = publish_ingestion(outcomes, request.exchange)
    credit = candle_source(request.exchange).credit
    return CandleIngestion(
        run_id=run_id(),
        request=request,
        series=outcomes,
        new=sum(outcome.new for outcome in outcomes),
        refused=sum(outcome.state == "refused" for outcome in outcomes),
        data_source=credit,
        assets=assets,
        rows=[written_rows(outcomes)],
        provenance=ingestion_provenance(request, outcomes, credit),
        warnings=ingestion_warnings(outcomes, request.quote),
    )
