"""Price predictions."""

from datetime import datetime

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, field_validator

from blocks.asset_store import Asset
from blocks.exchange import Timeframe
from blocks.warehouse import Rows
from flows.form import in_declared_order
from tasks.crypto.forecast import (
    ForecastStep,
    MeasuredCalibration,
    MeasuredSkill,
    forecast_price,
    history_count,
    quote_warning,
)
from tasks.crypto.forecasters import ModelFacts, ModelName, choose_forecaster
from tasks.crypto.levels import Coverage
from tasks.crypto.market import fetch_candles
from tasks.crypto.prospect import ForecastRisk
from tasks.crypto.publish import publish_artifacts, publish_files, publish_rows
from tasks.crypto.reference import fetch_reference
from tasks.crypto.stored_sentiment import StoredSentiment, latest_sentiment
from tasks.provenance import Provenance, code_version, request_digest
from tasks.run import run_id

ASSET_PATTERN = "^[A-Za-z0-9]{1,20}$"


class PricePredictionRequest(BaseModel):
    """A forecast of a coin's price, with prediction intervals."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    symbol: str = Field(
        "BTC", pattern=ASSET_PATTERN, description="The coin whose price is predicted.", examples=["BTC", "ETH"]
    )
    timeframe: Timeframe = Field("1h", description="Length of one candle, and of one step ahead.", examples=["1h"])
    prediction_horizon: int = Field(24, ge=1, le=168, description="How many candles ahead.", examples=[24])
    quote: str = Field(
        "USDT", pattern=ASSET_PATTERN, description="What the price is given in.", examples=["USDT", "USD"]
    )
    exchange: str = Field(
        "binance",
        pattern="^[a-z0-9]{2,40}$",
        description="The exchange, by its name in ccxt; `sample` for the recorded candles of 2021 (BTC only).",
        examples=["binance", "kraken"],
    )
    model: ModelName = Field(
        "auto",
        description="The forecaster; `auto` is the registry's champion, else the one that comes with the code. Where "
        "it showed no skill lately a simpler one stands in, and `fallback` says so.",
        examples=["auto", "lstm"],
    )
    levels: tuple[Coverage, ...] = Field(
        (),
        max_length=10,
        description="Further prediction intervals, by the percent of outcomes that they hold: 1 to 95, beyond which "
        "nothing is calibrated.",
        examples=[[50, 90]],
    )

    @field_validator("symbol", "quote")
    @classmethod
    def _upper(cls, asset: str) -> str:
        return asset.upper()


class PricePrediction(BaseModel):
    """A forecast, how far it can be trusted, and where it comes from."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The flow run that made it.")
    request: PricePredictionRequest = Field(description="What was asked for.")
    symbol: str = Field(description="The coin.")
    quote: str = Field(description="What prices are given in; a sample may have another than was asked for.")
    timeframe: Timeframe = Field(description="Length of a step.")
    issued_at: datetime = Field(description="Close of the newest candle that the forecast knows, UTC.")
    last_close: float = Field(description="Price at that moment.")
    forecast: list[ForecastStep] = Field(description="One entry a step ahead.")
    model: str = Field(description="The model in use; a simpler one than asked for if `fallback` says so.")
    model_version: str = Field(description="Its version.")
    trained_until: datetime | None = Field(None, description="Last moment of its training data; null: not trained.")
    data_source: str = Field(description="Where the candles are from.", examples=["binance"])
    data_window: str = Field(description="First opening and last close of the candles, ISO 8601 interval.")
    historical: bool = Field(description="Whether these are recorded candles of years ago, not today's market.")
    in_training_data: bool | None = Field(
        None, description="Whether the model saw outcomes of this time in training; null: it was not trained."
    )
    recalibrated: bool = Field(
        False, description="Whether the model is past its age and its intervals were calibrated anew."
    )
    facts: ModelFacts = Field(description="What is known of the model that was asked for.")
    calibration: MeasuredCalibration | None = Field(
        description="How often the intervals held lately; null: the history was too short to measure."
    )
    skill_vs_random_walk: MeasuredSkill | None = Field(
        description="How much better than a random walk lately; null: the history was too short to measure."
    )
    fallback: str | None = Field(description="Why a simpler model stands in; null when none does.")
    risk: ForecastRisk = Field(description="What the forecast says about the danger of holding the coin.")
    sentiment: StoredSentiment | None = Field(
        None, description="What people said lately; `facts` tells whether the model looks at such scores."
    )
    sentiment_missing: str | None = Field(None, description="Why `sentiment` is null.")
    indicators: dict[str, float | None] = Field(description="Technical indicators at the last close, by TA-Lib.")
    assets: list[Asset] = Field(description="Chart, forecast as JSON and CSV, and the candles.")
    rows: list[Rows] = Field(description="Rows in the warehouse.")
    provenance: Provenance = Field(description="Enough to make it again.")
    warnings: list[str] = Field(description="What a reader should know before relying on it.")


@flow(
    name="predict-price",
    description="Forecasts a coin's price with calibrated prediction intervals and says how far to trust them.",
    persist_result=True,
    result_serializer="json",
)
def predict_price(request: PricePredictionRequest) -> PricePrediction:
    """Candles -> forecast scored on its own recent past -> chart, files, rows and artifacts.

    Raises `MarketDataError` when there are no candles (unknown symbol, exchange away …) and `ForecastingError` when
    there are too few, or the price never moved.
    """
    market = fetch_candles(
        request.symbol,
        quote=request.quote,
        timeframe=request.timeframe,
        exchange=request.exchange,
        count=history_count(request.prediction_horizon),
    )
    chosen = choose_forecaster(request.model)
    reference = fetch_reference(market) if chosen.looks_at_reference else None
    outlook = forecast_price(market, request.prediction_horizon, request.levels, chosen, reference)
    candles, forecast = market.candles, outlook.forecast
    sentiment = latest_sentiment(market)
    warnings = [*outlook.warnings, *quote_warning(candles, request.quote)]
    assets = publish_files(market, outlook)
    rows = publish_rows(market, outlook)
    publish_artifacts(market, outlook, assets, warnings, sentiment.score)
    return PricePrediction(
        run_id=run_id(),
        request=request,
        symbol=candles.symbol,
        quote=candles.quote,
        timeframe=request.timeframe,
        issued_at=outlook.issued_at,
        last_close=forecast.last_close,
        forecast=outlook.steps,
        model=forecast.model,
        model_version=forecast.model_version,
        trained_until=outlook.trained_until,
        data_source=market.data_source,
        data_window=candles.window,
        historical=market.historical,
        in_training_data=outlook.in_training_data,
        recalibrated=outlook.recalibrated,
        facts=chosen.facts,
        calibration=outlook.calibration,
        skill_vs_random_walk=outlook.skill,
        fallback=outlook.fallback,
        risk=outlook.risk,
        sentiment=sentiment.score,
        sentiment_missing=sentiment.missing,
        indicators=dict(outlook.indicators),
        assets=assets,
        rows=[rows],
        provenance=Provenance(
            code_version=code_version(),
            request_sha256=request_digest(request),
            model=forecast.model,
            model_version=forecast.model_version,
            weights_sha256=outlook.weights_sha256,
            data_source=market.data_source,
            data_window=candles.window,
            data_sha256=candles.digest,
        ),
        warnings=warnings,
    )
