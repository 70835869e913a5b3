"""A forecast together with what is known of its worth, measured on the same price's recent past."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.forecasting.conformal import LONGEST_WINDOW, random_walk, volatility_scaled_random_walk
from models.forecasting.errors import ConstantPrice, ShortHistory
from models.forecasting.forecast import Forecast
from models.forecasting.forecaster import Forecaster, from_spread, issue
from models.forecasting.scores import Scores, outcomes, score, skill
from models.forecasting.series import PriceSeries
from models.forecasting.significance import diebold_mariano

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
    """Part of the plain random walk's error that `model` did without in the calibration window; below 0: did worse.

    `mae_significance` and `crps_significance`: p-value that it is chance (Diebold & Mariano); None: can't be told.
    """

    model: str
    mae: float
    crps: float
    mae_significance: float | None = None
    crps_significance: float | None = None


@dataclass(frozen=True, eq=False)
class AssessedForecast:
    """The forecast of the candidate, or of a simpler forecaster where the candidate showed no skill.

    `fallback` says why another stands in; None where none does. `skill` is that of the candidate, `calibration` that of
    the forecaster in use; both are None when the history was too short to measure them.
    """

    forecast: Forecast
    calibration: Calibration | None
    skill: Skill | None
    fallback: str | None


def history_wanted(horizon: int) -> int:
    """Prices with which a forecast of `horizon` steps is calibrated and assessed in full."""
    return LONGEST_WINDOW + 2 * horizon + _lately(horizon) + 1


def assess_and_forecast(
    series: PriceSeries, horizon: int, candidate: Forecaster, *, most_origins: int = MOST_ORIGINS
) -> AssessedForecast:
    """Walk `candidate` and the plain random walk through the recent past, then forecast with what has been better.

    Without skill of its own the candidate steps aside for the volatility-scaled random walk, and if that has none
    either, for the plain one. Raises `ShortHistory` when there are too few prices to calibrate `horizon` steps of a
    random walk, `ConstantPrice` when the price did not move at all in the calibration window.
    """
    plain: Forecaster = random_walk()
    known = int(np.isfinite(series.close).sum())
    if known < plain.history(horizon):
        raise ShortHistory(
            f"{known} known prices are too few to forecast {horizon} steps ahead: at least {plain.history(horizon)} "
            "are needed. Ask for a shorter horizon or a shorter timeframe."
        )
    # a price that moved before the calibration window alone would get intervals of no width
    lately = series.close[np.isfinite(series.close)][-(LONGEST_WINDOW + horizon) :]
    if lately.min() == lately.max():
        raise ConstantPrice(
            f"The price stood at {series.close[-1]:g} all {len(lately)} times that count: there is nothing to forecast."
        )
    needed = max(candidate.history(horizon), plain.history(horizon))
    origins = _origins(series, horizon, needed, most_origins)
    if len(origins) < FEWEST_ORIGINS:
        reason = f"{known} prices are too few to measure the skill of {candidate.name}"
        return AssessedForecast(issue(plain, series, horizon), None, None, reason)
    walk = _Walk(series, origins, horizon)
    measured = walk.skill(candidate)
    reasons: list[str] = []
    for forecaster in _in_turn(candidate):
        found = measured if forecaster is candidate else walk.skill(forecaster)
        if found.crps > 0:
            return AssessedForecast(walk.forecast(forecaster), walk.calibration(forecaster), measured, _why(reasons))
        reasons.append(f"{found.model} showed no skill lately (CRPS {100 * found.crps:+.1f} % against the random walk)")
    return AssessedForecast(walk.forecast(plain), walk.calibration(plain), measured, _why(reasons))


def _in_turn(candidate: Forecaster) -> list[Forecaster]:
    """The candidate, then what stands in for it; a rule is not measured twice."""
    scaled = volatility_scaled_random_walk()
    return [candidate] if candidate.name == scaled.name else [candidate, scaled]


def _why(reasons: list[str]) -> str | None:
    return " and ".join(reasons) or None


class _Walk:
    """Forecasters walked through the same past origins and on to the end of the series, each in one go."""

    def __init__(self, series: PriceSeries, origins: NDArray[np.intp], horizon: int) -> None:
        self._series, self._origins, self._horizon = series, origins, horizon
        self._truth = outcomes(series, origins, horizon)
        self._walked: dict[str, tuple[Scores, NDArray[np.float64]]] = {}
        stride = int(np.median(np.diff(origins))) if len(origins) > 1 else 1
        self._overlap = -(-horizon // max(stride, 1)) - 1

    def _walk(self, forecaster: Forecaster) -> tuple[Scores, NDArray[np.float64]]:
        """What its past forecasts were worth, and the quantiles of the one from the end of the series."""
        key = f"{forecaster.name} {forecaster.version}"
        if key not in self._walked:
            said = forecaster.quantiles(self._series, np.append(self._origins, len(self._series) - 1), self._horizon)
            self._walked[key] = score(said[:-1], self._truth), said[-1]
        return self._walked[key]

    def scores(self, forecaster: Forecaster) -> Scores:
        return self._walk(forecaster)[0]

    def forecast(self, forecaster: Forecaster) -> Forecast:
        return from_spread(forecaster, self._series, self._walk(forecaster)[1])

    def skill(self, forecaster: Forecaster) -> Skill:
        ours, theirs = self.scores(forecaster), self.scores(random_walk())
        return Skill(
            forecaster.name,
            mae=skill(ours.absolute, theirs.absolute),
            crps=skill(ours.crps, theirs.crps),
            mae_significance=diebold_mariano(_mean(ours.absolute), _mean(theirs.absolute), self._overlap),
            crps_significance=diebold_mariano(_mean(ours.crps), _mean(theirs.crps), self._overlap),
        )

    def calibration(self, forecaster: Forecaster) -> Calibration:
        return _calibration(self._series, self._origins, self._horizon, self.scores(forecaster))


def _mean(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over the steps ahead of each forecast; NaN where one is not known."""
    return np.asarray(errors.mean(axis=1), dtype=np.float64)


def _origins(series: PriceSeries, horizon: int, needed: int, most: int) -> NDArray[np.intp]:
    """Where past forecasts are issued: evenly spaced, each with enough history and all of its outcomes known."""
    last = len(series) - 1 - horizon
    # a full window of errors comes first; of a short history, half of what is there
    first = max(min(LONGEST_WINDOW + horizon, (needed + last) // 2), last - _lately(horizon))
    if first < needed - 1:
        return np.empty(0, dtype=np.intp)
    stride = max(1, horizon // 4, -(-(last - first) // most))
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
