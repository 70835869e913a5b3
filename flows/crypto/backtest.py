"""The backtest of forecasters on candles of the past."""

from datetime import UTC, datetime
from typing import Self

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from blocks.asset_store import Asset
from blocks.source import SourceUri
from blocks.warehouse import Rows
from flows.form import in_declared_order
from tasks.crypto.backtest import backtest_provenance, walk_forward
from tasks.crypto.backtest_metrics import BacktestMetrics
from tasks.crypto.backtest_models import models_for_backtest
from tasks.crypto.backtest_report import publish_backtest_artifacts, publish_backtest_files
from tasks.crypto.candle_file import read_candle_file
from tasks.crypto.forecasters import Fixed
from tasks.provenance import Provenance
from tasks.run import run_id


class BacktestRequest(BaseModel):
    """Forecasters to walk forward through candles of the past, each forecast knowing only what came before it."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order)

    candles: SourceUri = Field(
        description="CSV or parquet of candles: symbol, date (opening, UTC), open, high, low, close, volume.",
        examples=["asset://uploads/4f3c2b1a5d6e7f8091a2b3c4d5e6f708/candles.parquet"],
    )
    start: datetime | None = Field(
        None,
        description="Moment of the first forecast, UTC where it says no other; unset: as early as the history allows "
        "and no model has seen.",
        examples=["2025-05-01T00:00:00Z"],
    )
    end: datetime | None = Field(
        None,
        description="No outcome later than this is used; unset: the last candle.",
        examples=["2025-09-01T00:00:00Z"],
    )
    origin_step: int = Field(24, ge=1, le=10_000, description="Candles from one forecast to the next.", examples=[24])
    horizon: int = Field(24, ge=1, le=168, description="Candles ahead.", examples=[24])
    models: tuple[Fixed, ...] = Field(
        ("ensemble", "lstm", "transformer", "volatility-scaled-random-walk", "random-walk", "seasonal-naive"),
        min_length=1,
        max_length=6,
        description="The models to compare; the random walk is always measured beside them.",
        examples=[["lstm", "volatility-scaled-random-walk"]],
    )
    train_anew: bool = Field(
        True,
        description="Networks that have seen the time from `start` on in training are trained anew for this backtest, "
        "on the file's candles before it (a minute or two); off: such a backtest is refused.",
        examples=[True],
    )

    @field_validator("start", "end")
    @classmethod
    def _in_utc(cls, moment: datetime | None) -> datetime | None:
        if moment is None:
            return None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

    @field_validator("models")
    @classmethod
    def _each_once(cls, models: tuple[Fixed, ...]) -> tuple[Fixed, ...]:
        return tuple(dict.fromkeys(models))

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start and self.end and self.start >= self.end:
            raise ValueError("start must be before end")
        return self


class Backtest(BaseModel):
    """How the forecasters did, and every forecast that they made."""

    model_config = ConfigDict(frozen=True)

    run_id: str = Field(description="The flow run.")
    request: BacktestRequest = Field(description="What was asked for.")
    timeframe: str = Field(description="Length of a step, as found in the file.")
    start: datetime = Field(description="First origin, UTC.")
    end: datetime = Field(description="Last outcome, UTC.")
    forecasts: int = Field(description="Rows of forecasts.parquet: one a model, symbol, origin and step.")
    metrics: list[BacktestMetrics] = Field(description="One entry a model, best CRPS first.")
    assets: list[Asset] = Field(description="forecasts.parquet, metrics.json and the picture.")
    rows: list[Rows] = Field([], description="A backtest publishes no rows.")
    provenance: Provenance = Field(description="Enough to make it again.")
    warnings: list[str] = Field(description="What a reader should know.")


@flow(
    name="backtest-forecaster",
    description="Walks forecasters forward through candles of the past and measures them; refuses to leak.",
    persist_result=True,
    result_serializer="json",
)
def backtest_forecaster(request: BacktestRequest) -> Backtest:
    """Candles -> models that have not seen them -> forecasts from every origin -> metrics -> parquet, picture.

    Raises `CandleFileError`, `SourceError` for the file, `TooFewCandles`, `LeakingBacktest`, and `BacktestRefused`
    where the window is empty or there would be too many forecasts.
    """
    file = read_candle_file(request.candles)
    models = models_for_backtest(
        file, models=request.models, start=request.start, horizon=request.horizon, train_anew=request.train_anew
    )
    backtest = walk_forward(
        file,
        models=models,
        start=request.start,
        end=request.end,
        origin_step=request.origin_step,
        horizon=request.horizon,
    )
    assets = publish_backtest_files(backtest)
    publish_backtest_artifacts(backtest, assets)
    return Backtest(
        run_id=run_id(),
        request=request,
        timeframe=file.timeframe,
        start=backtest.start,
        end=backtest.end,
        forecasts=backtest.count,
        metrics=backtest.metrics,
        assets=assets,
        provenance=backtest_provenance(request, file, backtest),
        warnings=[*file.warnings, *backtest.warnings],
    )
