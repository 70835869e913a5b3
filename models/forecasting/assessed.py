"""A forecast together with what is known of its worth, measured on the same price's recent past."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.forecasting.conformal import LONGEST_WINDOW, random_walk
from models.forecasting.errors import ConstantPrice, ShortHistory
from models.forecasting.forecast import Forecast
from models.forecasting.forecaster import Forecaster, issue
from models.forecasting.scores import Scores, outcomes, score, skill
from models.forecasting.series import PriceSeries

MOST_ORIGINS: Final = 120
FEWEST_ORIGINS: Final = 8


@dataclass(frozen=True)
class Calibration:
    """How often the truth lay inside the intervals of the forecaster in use, walking forward through the window.

    `start` and `end` are the times of the first origin and of the last outcome; `origins` forecasts were made between.
    """

    start: np.datetime64
    end: np.datetime64
    origins: int
    coverage_80: float
    coverage_95: float


@dataclass(frozen=True)
class Skill:
    """Part of the plain random walk's error that `model` did without in the calibration window; below 0: did worse."""

    model: str
    mae: float
    crps: float


@dataclass(frozen=True, eq=False)
class AssessedForecast:
    """The forecast of the candidate, or of the plain random walk where the candidate showed no skill.

    `fallback` says why the random walk stands in; None where it does not. `calibration` and `skill` are None when the
    history was too short to measure them.
    """

    forecast: Forecast
    calibration: Calibration | None
    skill: Skill | None
    fallback: str | None


def history_wanted(horizon: int) -> int:
    """Prices with which a forecast of `horizon` steps is calibrated and assessed in full."""
    return LONGEST_WINDOW + 2 * horizon + _lately(horizon) + 1


def assess_and_forecast(series: PriceSeries, horizon: int, candidate: Forecaster) -> AssessedForecast:
    """Walk `candidate` and the plain random walk through the recent past, then forecast with the better of the two.

    Raises `ShortHistory` when there are too few prices to calibrate `horizon` steps, `ConstantPrice` when the price
    never moved.
    """
    plain: Forecaster = random_walk()
    needed = max(candidate.history(horizon), plain.history(horizon))
    known = int(np.isfinite(series.close).sum())
    if known < needed:
        raise ShortHistory(
            f"{known} known prices are too few to forecast {horizon} steps ahead: at least {needed} are needed. "
            "Ask for a shorter horizon or a shorter timeframe."
        )
    if not np.any(np.abs(series.returns[np.isfinite(series.returns)]) > 0):
        raise ConstantPrice(f"The price stood at {series.close[-1]:g} all {known} times: there is nothing to forecast.")
    origins = _origins(series, horizon, needed)
    if len(origins) < FEWEST_ORIGINS:
        reason = f"{known} prices are too few to measure the skill of {candidate.name}"
        return AssessedForecast(issue(plain, series, horizon), None, None, reason)
    truth = outcomes(series, origins, horizon)
    ours = score(candidate.quantiles(series, origins, horizon), truth)
    theirs = score(plain.quantiles(series, origins, horizon), truth)
    measured = Skill(candidate.name, skill(ours.absolute, theirs.absolute), skill(ours.crps, theirs.crps))
    if measured.crps > 0:
        return AssessedForecast(
            issue(candidate, series, horizon), _calibration(series, origins, horizon, ours), measured, None
        )
    reason = f"{candidate.name} showed no skill lately (CRPS {100 * measured.crps:+.1f} % against the random walk)"
    return AssessedForecast(
        issue(plain, series, horizon), _calibration(series, origins, horizon, theirs), measured, reason
    )


def _origins(series: PriceSeries, horizon: int, needed: int) -> NDArray[np.intp]:
    """Where past forecasts are issued: evenly spaced, each with enough history and all of its outcomes known."""
    last = len(series) - 1 - horizon
    # a full window of errors comes first; of a short history, half of what is there
    first = max(min(LONGEST_WINDOW + horizon, (needed + last) // 2), last - _lately(horizon))
    if first < needed - 1:
        return np.empty(0, dtype=np.intp)
    stride = max(1, horizon // 4, -(-(last - first) // MOST_ORIGINS))
    origins = np.arange(last, first - 1, -stride)[::-1]
    return origins[np.isfinite(series.close[origins])]


def _lately(horizon: int) -> int:
    """Steps back from the newest possible origin that count as the recent past."""
    return max(900, 4 * horizon)


def _calibration(series: PriceSeries, origins: NDArray[np.intp], horizon: int, scores: Scores) -> Calibration:
    return Calibration(
        start=series.start + int(origins[0]) * series.step,
        end=series.start + (int(origins[-1]) + horizon) * series.step,
        origins=len(origins),
        coverage_80=scores.coverage_80,
        coverage_95=scores.coverage_95,
    )
