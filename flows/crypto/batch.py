"""Price predictions of many coins in one run."""

import re
from typing import Self

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from blocks.asset_store import Asset
from blocks.exchange import Timeframe
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.crypto.prediction import ASSET_PATTERN
from flows.form import in_declared_order
from tasks.crypto.batch import CoinForecast, LeftOut, fetch_markets, forecast_markets, markets_of
from tasks.crypto.batch_publish import (
    batch_provenance,
    publish_batch_artifacts,
    publish_batch_files,
    publish_batch_rows,
)
from tasks.crypto.candle_file import read_candle_file
from tasks.crypto.forecasters import ModelFacts, ModelName, choose_forecaster
from tasks.provenance import Provenance
from tasks.run import run_id


class PriceBatchRequest(BaseModel):
    """Coins to forecast: named ones from an exchange, or all of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    symbols: tuple[str, ...] = Field(
        (), max_length=1000, description="Coins to fetch from the exchange.", examples=[["BTC", "ETH", "SOL"]]
    )
    candles_uri: SourceUri | None = Field(
        None,
        description="CSV or parquet of candles in place of `symbols`: symbol, date (opening, UTC), open, high, low, "
        "close, volume.",
        examples=["asset://uploads/4f3c2b1a5d6e7f8091a2b3c4d5e6f708/candles.parquet"],
    )
    timeframe: Timeframe = Field(
        "1h", description="Length of the candles to fetch; a file has its own.", examples=["1h"]
    )
    prediction_horizon: int = Field(24, ge=1, le=168, description="How many candles ahead.", examples=[24])
    quote: str = Field("USDT", pattern=ASSET_PATTERN, description="What prices are given in.", examples=["USDT"])
    exchange: str = Field("binance", pattern="^[a-z0-9]{2,40}$", description="Exchange in ccxt.", examples=["binance"])
    model: ModelName = Field("auto", description="The forecaster, as for a single prediction.", examples=["auto"])

    @field_validator("symbols")
    @classmethod
    def _coins(cls, symbols: tuple[str, ...]) -> tuple[str, ...]:
        for symbol in symbols:
            if not re.fullmatch(ASSET_PATTERN, symbol):
                raise ValueError(f"{symbol[:30]!a} is no coin: letters and digits, such as BTC")
        return tuple(dict.fromkeys(symbol.upper() for symbol in symbols))

    @field_validator("quote")
    @classmethod
    def _upper(cls, quote: str) -> str:
        return quote.upper()

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if bool(self.symbols) == (self.candles_uri is not None):
            raise ValueError("give either symbols or candles_uri")
        return self


class PriceBatch(BaseModel):
    """The forecasts; every quantile of every step is in forecasts.parquet."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    request: PriceBatchRequest = Field(description="What was asked for.")
    timeframe: Timeframe = Field(description="Length of a step.")
    facts: ModelFacts = Field(description="What is known of the model that was asked for.")
    forecasts: list[CoinForecast] = Field(description="One entry a coin: where its price will be at the last step.")
    left_out: list[LeftOut] = Field(description="Coins without a forecast, and why.")
    data_source: str = Field(description="Where the candles are from.")
    assets: list[Asset] = Field(description="forecasts.parquet.")
    rows: list[Rows] = Field(description="Rows in the warehouse.")
    provenance: Provenance = Field(description="Enough to make it again.")
    warnings: list[str] = Field(description="What a reader should know before relying on it.")


@flow(
    name="predict-prices",
    description="Forecasts the prices of up to a thousand coins in one run, each scored on its own recent past.",
    persist_result=True,
    result_serializer="json",
)
def predict_prices(request: PriceBatchRequest) -> PriceBatch:
    """Candles of many coins -> one pass of the network over all -> parquet, rows and table.

    A coin that can't be forecast is left out and told. Raises `MarketDataError` where no coin has candles,
    `CandleFileError` or `SourceError` for the file, and `ForecastingError` where no coin can be forecast.
    """
    markets = (
        markets_of(read_candle_file(request.candles_uri))
        if request.candles_uri
        else fetch_markets(
            request.symbols,
            quote=request.quote,
            timeframe=request.timeframe,
            exchange=request.exchange,
            horizon=request.prediction_horizon,
        )
    )
    chosen = choose_forecaster(request.model)
    batch = forecast_markets(markets, request.prediction_horizon, chosen)
    assets = publish_batch_files(batch)
    rows = publish_batch_rows(batch)
    publish_batch_artifacts(batch, assets)
    return PriceBatch(
        run_id=run_id(),
        request=request,
        timeframe=markets.timeframe,
        facts=chosen.facts,
        forecasts=batch.coins,
        left_out=batch.left_out,
        data_source=markets.source,
        assets=assets,
        rows=[rows],
        provenance=batch_provenance(request, batch, chosen.facts),
        warnings=batch.warnings,
    )
