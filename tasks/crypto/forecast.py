"""The forecast of a price, with its worth measured on the same price's recent past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.exchange import Candles
from blocks.exchange.candles import moment
from models.forecasting import (
    AssessedForecast,
    Calibration,
    Forecast,
    PriceSeries,
    assess_and_forecast,
    history_wanted,
    latest_indicators,
    random_walk,
)
from models.forecasting.forecaster import issue
from tasks.crypto.beside_sentiment import beside_sentiment_if_there, known_share
from tasks.crypto.forecasters import Chosen, ModelFacts, choose_forecaster
from tasks.crypto.levels import Interval, intervals
from tasks.crypto.market import Market
from tasks.crypto.prospect import ForecastRisk, forecast_risk
from tasks.crypto.series import price_series
from tasks.crypto.window import measure_window
from tasks.one_thread import one_thread


class ForecastStep(BaseModel):
    """The price at one step ahead."""

    model_config = ConfigDict(frozen=True)

    time: datetime = Field(description="Close of the candle that is predicted, UTC.")
    median: float = Field(description="Price as likely to be passed as not.")
    lower_80: float = Field(description="Lower end of the 80 % prediction interval.")
    upper_80: float = Field(description="Upper end of the 80 % prediction interval.")
    lower_95: float = Field(description="Lower end of the 95 % prediction interval.")
    upper_95: float = Field(description="Upper end of the 95 % prediction interval.")
    levels: dict[str, Interval] = Field(
        {}, description="The intervals asked for in `levels`, by the percent of outcomes that they hold."
    )


class MeasuredCalibration(BaseModel):
    """How often the truth lay inside the intervals of the model in use, walking forward through the recent past."""

    model_config = ConfigDict(frozen=True)

    window: str = Field(description="First origin and last outcome, ISO 8601 interval.")
    origins: int = Field(description="How many past forecasts were made in the window.")
    coverage_80: float = Field(description="Share of outcomes inside the 80 % interval; 0.80 is perfect.")
    coverage_95: float = Field(description="Share of outcomes inside the 95 % interval; 0.95 is perfect.")


class MeasuredSkill(BaseModel):
    """Part of the plain random walk's error that a model did without in the calibration window; negative: worse."""

    model_config = ConfigDict(frozen=True)

    model: str = Field(description="The model measured: the one asked for, also when it stepped aside.")
    mae: float = Field(description="Skill of the median, by mean absolute error.")
    crps: float = Field(description="Skill of the whole distribution, by continuous ranked probability score.")
    significance: float | None = Field(
        None,
        description="Chance of a difference in CRPS as large as this if there were none (Diebold-Mariano, "
        "two-sided); null: too few forecasts to tell.",
    )


@dataclass(frozen=True, eq=False)
class Outlook:
    """A forecast and everything known about it."""

    assessed: AssessedForecast
    random_walk: Forecast
    indicators: Mapping[str, float | None]
    steps: list[ForecastStep]
    calibration: MeasuredCalibration | None
    skill: MeasuredSkill | None
    risk: ForecastRisk
    facts: ModelFacts
    recalibrated: bool
    in_training_data: bool | None
    warnings: list[str]

    @property
    def forecast(self) -> Forecast:
        """The forecast itself, with all of its quantiles."""
        return self.assessed.forecast

    @property
    def issued_at(self) -> datetime:
        """Moment of the newest price that the forecast knows."""
        return moment(self.forecast.issued_at)

    @property
    def in_use(self) -> bool:
        """Whether the forecast is that of the model asked for, not of one that stands in."""
        return self.forecast.model == self.facts.name

    @property
    def trained_until(self) -> datetime | None:
        """Last moment of the training data of the model in use; None where it was not trained."""
        return self.facts.trained_until if self.in_use else None

    @property
    def weights_sha256(self) -> str | None:
        """Digest of the weights of the model in use."""
        return self.facts.weights_sha256 if self.in_use else None

    @property
    def fallback(self) -> str | None:
        """Why a simpler model stands in, if one does."""
        return None if self.in_use else self.assessed.fallback


def history_count(horizon: int) -> int:
    """Candles to ask for so that a forecast of `horizon` steps is calibrated and assessed in full."""
    return history_wanted(horizon)


@task(
    name="forecast-price",
    description="Prediction intervals calibrated and scored on the price's own recent past.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def forecast_price(
    market: Market,
    horizon: int,
    levels: Sequence[float] = (),
    chosen: Chosen | None = None,
    reference: Candles | None = None,
) -> Outlook:
    """Forecast `horizon` candles ahead with the model chosen (default: `auto`).

    Raises `ShortHistory`, `ConstantPrice`, `StaleModel` (all of them `ForecastingError`).
    """
    candles = market.candles
    chosen = (chosen or choose_forecaster("auto")).at(candles.end)
    series = price_series(candles, reference)
    if chosen.looks_at_sentiment and not market.historical:
        series = beside_sentiment_if_there({candles.symbol: series})[candles.symbol]
    walk = issue(random_walk(), series, horizon)
    with one_thread():
        assessed = assess_and_forecast(series, horizon, chosen.forecaster)
    if chosen.facts.name == walk.model != assessed.forecast.model:
        assessed = _plain_walk(walk, series, horizon, assessed)
    return Outlook(
        assessed=assessed,
        random_walk=walk,
        indicators=latest_indicators(candles.high, candles.low, candles.close, candles.volume),
        steps=_steps(assessed.forecast, levels),
        calibration=_calibration(assessed),
        skill=_skill(assessed),
        risk=forecast_risk(assessed.forecast, candles),
        facts=chosen.facts,
        recalibrated=chosen.recalibrated,
        in_training_data=chosen.saw(*_outcomes(candles, horizon)),
        warnings=[
            *_data_warnings(market),
            *forecast_warnings(assessed, chosen.facts.name),
            *_model_warnings(chosen, candles, horizon),
            *_sentiment_warnings(chosen, series),
        ],
    )


def _plain_walk(walk: Forecast, series: PriceSeries, horizon: int, other: AssessedForecast) -> AssessedForecast:
    """The plain walk that was asked for, where another one has been better: it is what others step aside for."""
    since = series.end - 900 * series.step
    held = measure_window([], {"": series}, moment(max(since, series.start)), horizon)
    if not held.origins:
        return replace(other, forecast=walk, calibration=None)
    start, end = (np.datetime64(time.removesuffix("Z")) for time in held.window.split("/"))
    measured = Calibration(start, end, held.origins, held.random_walk.coverage_80, held.random_walk.coverage_95)
    return replace(other, forecast=walk, calibration=measured)


def _steps(forecast: Forecast, levels: Sequence[float]) -> list[ForecastStep]:
    asked = intervals(forecast, levels)
    return [
        ForecastStep(
            time=moment(forecast.time[h]),
            median=float(forecast.median[h]),
            lower_80=float(forecast.lower_80[h]),
            upper_80=float(forecast.upper_80[h]),
            lower_95=float(forecast.lower_95[h]),
            upper_95=float(forecast.upper_95[h]),
            levels=asked[h],
        )
        for h in range(len(forecast.time))
    ]


def _calibration(assessed: AssessedForecast) -> MeasuredCalibration | None:
    measured = assessed.calibration
    if measured is None:
        return None
    return MeasuredCalibration(
        window=f"{moment(measured.start):%Y-%m-%dT%H:%M:%SZ}/{moment(measured.end):%Y-%m-%dT%H:%M:%SZ}",
        origins=measured.origins,
        coverage_80=measured.coverage_80,
        coverage_95=measured.coverage_95,
    )


def _skill(assessed: AssessedForecast) -> MeasuredSkill | None:
    measured = assessed.skill
    if measured is None:
        return None
    return MeasuredSkill(
        model=measured.model, mae=measured.mae, crps=measured.crps, significance=measured.crps_significance
    )


def _data_warnings(market: Market) -> list[str]:
    """What a reader should know about the candles before they trust what follows from them."""
    candles, warnings = market.candles, []
    if market.historical:
        warnings.append(
            f"These are recorded candles of {candles.start:%Y-%m-%d} to {candles.end:%Y-%m-%d} in {candles.quote}, not "
            f"today's market: {market.data_source}."
        )
    elif candles.as_of - candles.end > 2 * candles.step:
        warnings.append(
            f"The newest closed candle ended at {candles.end:%Y-%m-%d %H:%M} UTC, long before it was read "
            f"({candles.as_of:%Y-%m-%d %H:%M} UTC): trading may be halted."
        )
    if gaps := candles.gaps:
        missing = sum(gap.missing for gap in gaps)
        warnings.append(f"{missing} candles are missing in {len(gaps)} gap{'s' * (len(gaps) > 1)}; none was made up.")
    if candles.duplicates or candles.bad_ticks:
        warnings.append(f"Dropped {candles.bad_ticks} bad and {candles.duplicates} duplicate candles.")
    return warnings


def _outcomes(candles: Candles, horizon: int) -> tuple[datetime, datetime]:
    """From the last price known to the last one predicted."""
    return candles.end, candles.end + horizon * candles.step


def _model_warnings(chosen: Chosen, candles: Candles, horizon: int) -> list[str]:
    """What a reader should know about the training of the model."""
    facts, warnings = chosen.facts, []
    if chosen.recalibrated:
        warnings.append(
            f"{facts.name} {facts.version} was trained until {facts.trained_until:%Y-%m-%d} and is past its age of "
            f"{facts.max_age_days} days: its intervals follow the newest candles closely."
        )
    if chosen.saw(*_outcomes(candles, horizon)):
        warnings.append(
            f"{facts.name} {facts.version} was trained on prices of the very time that it forecasts here: this is no "
            "test of it."
        )
    elif chosen.saw(candles.start, candles.end):
        warnings.append(
            f"{facts.name} {facts.version} was trained on prices of the time that its skill is measured in (until "
            f"{facts.trained_until:%Y-%m-%d}): take that skill and coverage as the best case."
        )
    return warnings


def _sentiment_warnings(chosen: Chosen, series: PriceSeries) -> list[str]:
    """That a model goes without what it was trained to look at."""
    if not chosen.looks_at_sentiment or known_share({"": series}):
        return []
    return [f"{chosen.facts.name} looks at scores of sentiment, of which there is none here: it forecasts without."]


def forecast_warnings(assessed: AssessedForecast, asked: str) -> list[str]:
    """What a reader should know about the model before they rely on the intervals."""
    warnings = []
    if assessed.fallback and assessed.forecast.model != asked:
        warnings.append(f"{assessed.forecast.model} stands in: {assessed.fallback}.")
    measured = assessed.calibration
    if measured is None:
        warnings.append("The history is too short to measure coverage: take the intervals with a grain of salt.")
    elif not 0.72 <= measured.coverage_80 <= 0.88:
        warnings.append(f"The 80 % interval held {100 * measured.coverage_80:.0f} % of the recent outcomes.")
    return warnings


def quote_warning(candles: Candles, quote: str) -> list[str]:
    """A line that says so when the prices are in another currency than was asked for."""
    return [] if candles.quote == quote else [f"Prices are in {candles.quote}; {quote} was asked for."]
