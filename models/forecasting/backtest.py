"""Forecasters walked forward through the past, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.forecasting.errors import ForecastingError
from models.forecasting.forecaster import Forecaster
from models.forecasting.scores import Scores, outcomes, score, skill
from models.forecasting.series import PriceSeries
from models.forecasting.significance import diebold_mariano

MOST_ROWS = 20_000_000
"""Origins times steps times forecasters; more does not fit into memory at once."""


class LeakingBacktest(ForecastingError):
    """A forecaster has seen the outcomes that it was to be judged by."""


@dataclass(frozen=True, eq=False)
class Walked:
    """One series' forecasts: `quantiles` of log returns (origins, horizon, LEVELS), `came` (origins, horizon)."""

    symbol: str
    model: str
    series: PriceSeries
    origins: NDArray[np.intp]
    quantiles: NDArray[np.float64]
    came: NDArray[np.float64]


@dataclass(frozen=True)
class Metrics:
    """How one forecaster did over every series, origin and step, each step counted once.

    `mae` and the widths are percent of the price; `mase` is the mean absolute error over the random walk's; `crps` is
    twice the mean pinball loss over `LEVELS`, in percent. Skills are parts of the random walk's error done without;
    significances are p-values that the difference is chance, None where that can't be told.
    """

    model: str
    forecasts: int
    mae: float
    mase: float
    crps: float
    coverage_80: float
    coverage_95: float
    width_80: float
    width_95: float
    mae_skill: float
    crps_skill: float
    mae_significance: float | None
    crps_significance: float | None


def walk_forward(
    markets: Mapping[str, PriceSeries],
    forecasters: Sequence[Forecaster],
    *,
    start: np.datetime64,
    end: np.datetime64,
    origin_step: int,
    horizon: int,
    trained_until: Mapping[str, np.datetime64] | None = None,
) -> list[Walked]:
    """Every forecaster from every `origin_step`-th origin with `start <= origin` and all outcomes at or before `end`.

    `trained_until`: last moment each trained forecaster has seen, by name. Raises `LeakingBacktest` when an origin is
    not later than that by the embargo of `horizon` steps, `ForecastingError` when there is nothing to walk through or
    too much.
    """
    walked = []
    for symbol, series in markets.items():
        embargo = horizon * series.step
        for name, seen in (trained_until or {}).items():
            if start < seen + embargo:
                raise LeakingBacktest(
                    f"{name} was trained until {seen}: it has seen prices that it would be judged by. Start the "
                    f"backtest at {seen + embargo} or later, or train it on earlier candles."
                )
        origins = np.arange(max(series.index(start), 0), series.index(min(end, series.end)) - horizon + 1, origin_step)
        wanted = max(forecaster.history(horizon) for forecaster in forecasters) - 1
        origins = origins[origins >= wanted] if len(origins) else origins.astype(np.intp)
        origins = origins[np.isfinite(series.close[origins])]
        if len(origins) * horizon * len(forecasters) * len(markets) > MOST_ROWS:
            raise ForecastingError(
                f"That makes more than {MOST_ROWS:,} forecasts: take a longer origin_step or a shorter window."
            )
        if not len(origins):
            continue
        came = outcomes(series, origins, horizon)
        walked += [
            Walked(symbol, one.name, series, origins, one.quantiles(series, origins, horizon), came)
            for one in forecasters
        ]
    if not walked:
        raise ForecastingError(
            "No origin lies between start and end with enough candles before it and all of its outcomes known: "
            "give a longer history or another window."
        )
    return walked


def metrics(walked: Sequence[Walked], reference: str = "random-walk") -> list[Metrics]:
    """Measures of each forecaster against `reference`, which must be among them; least CRPS first."""
    scored: dict[str, dict[str, Scores]] = {}
    widths: dict[str, list[NDArray[np.float64]]] = {}
    for one in walked:
        scored.setdefault(one.model, {})[one.symbol] = score(one.quantiles, one.came)
        wide = np.exp(one.quantiles)
        widths.setdefault(one.model, []).append(
            np.stack([wide[..., 9] - wide[..., 1], wide[..., 10] - wide[..., 0]], axis=-1).reshape(-1, 2)
        )
    overlap = _overlap(walked[0])
    found = [_measured(model, scored[model], scored[reference], widths[model], overlap) for model in scored]
    return sorted(found, key=lambda measured: measured.crps)


def _overlap(one: Walked) -> int:
    stride = int(np.median(np.diff(one.origins))) if len(one.origins) > 1 else one.came.shape[1]
    return int(-(-one.came.shape[1] // max(stride, 1)) - 1)


def _measured(
    model: str,
    ours: Mapping[str, Scores],
    theirs: Mapping[str, Scores],
    widths: list[NDArray[np.float64]],
    overlap: int,
) -> Metrics:
    absolute, plain = _joined(ours, "absolute"), _joined(theirs, "absolute")
    crps, plain_crps = _joined(ours, "crps"), _joined(theirs, "crps")
    width = np.nanmean(np.concatenate(widths), axis=0)
    return Metrics(
        model=model,
        forecasts=int(np.isfinite(absolute).sum()),
        mae=100 * float(np.nanmean(absolute)),
        mase=float(np.nanmean(absolute) / np.nanmean(plain)),
        crps=100 * float(np.nanmean(crps)),
        coverage_80=float(np.nanmean(_joined(ours, "inside_80"))),
        coverage_95=float(np.nanmean(_joined(ours, "inside_95"))),
        width_80=100 * float(width[0]),
        width_95=100 * float(width[1]),
        mae_skill=skill(absolute, plain),
        crps_skill=skill(crps, plain_crps),
        mae_significance=_significance(ours, theirs, "absolute", overlap),
        crps_significance=_significance(ours, theirs, "crps", overlap),
    )


def _joined(scores: Mapping[str, Scores], what: str) -> NDArray[np.float64]:
    return np.concatenate([getattr(one, what).ravel() for one in scores.values()])


def _significance(ours: Mapping[str, Scores], theirs: Mapping[str, Scores], what: str, overlap: int) -> float | None:
    """Of the mean over coins at each origin: coins move together, so they count as one observation."""
    shortest = min(len(one.absolute) for one in ours.values())
    mean = [
        np.mean([getattr(one, what)[-shortest:].mean(axis=1) for one in side.values()], axis=0)
        for side in (ours, theirs)
    ]
    return diebold_mariano(mean[0], mean[1], overlap)
