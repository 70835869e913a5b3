"""How forecasters do on a window of time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from blocks.exchange.candles import moment
from models.forecasting import Forecaster, PriceSeries, random_walk
from models.forecasting.scores import Scores, outcomes, score, skill


class WindowMetrics(BaseModel):
    """Measures of one forecaster; errors in percent of the price."""

    model_config = ConfigDict(frozen=True)

    mae: float = Field(description="Mean absolute error of the median, %.")
    crps: float = Field(description="Mean continuous ranked probability score over 11 quantiles, %.")
    mae_skill: float = Field(description="Part of the plain random walk's absolute error that is gone.")
    crps_skill: float = Field(description="Part of the plain random walk's CRPS that is gone.")
    coverage_80: float = Field(description="Share of outcomes inside the 80 % interval.")
    coverage_95: float = Field(description="Share of outcomes inside the 95 % interval.")


@dataclass(frozen=True, eq=False)
class Judged:
    """Measures of each forecaster and of the random walk on the same forecasts; how many, and of what time."""

    metrics: list[WindowMetrics]
    random_walk: WindowMetrics
    origins: int
    window: str


def measure_window(
    forecasters: Sequence[Forecaster], series: Mapping[str, PriceSeries], since: datetime, horizon: int
) -> Judged:
    """Forecasts from every fourth of `horizon` steps after `since`, with an embargo of a horizon; no outcomes, none."""
    everyone: list[Forecaster] = [*forecasters, random_walk()]
    scores: list[list[Scores]] = [[] for _ in everyone]
    times: list[np.datetime64] = []
    count = 0
    for one in series.values():
        first = max(one.index(np.datetime64(since.replace(tzinfo=None), "ms")) + horizon, 0)
        origins = np.arange(first, len(one) - horizon, max(1, horizon // 4))
        origins = origins[np.isfinite(one.close[origins])]
        if not len(origins):
            continue
        truth = outcomes(one, origins, horizon)
        for found, forecaster in zip(scores, everyone, strict=True):
            found.append(score(forecaster.quantiles(one, origins, horizon), truth))
        times += [one.time[origins[0]], one.time[origins[-1]] + horizon * one.step]
        count += len(origins)
    if not count:
        return Judged([], _none(), 0, "")
    window = f"{moment(min(times)):%Y-%m-%dT%H:%M:%SZ}/{moment(max(times)):%Y-%m-%dT%H:%M:%SZ}"
    measured = [_metrics(found, scores[-1]) for found in scores]
    return Judged(measured[:-1], measured[-1], count, window)


def _metrics(mine: Sequence[Scores], walk: Sequence[Scores]) -> WindowMetrics:
    def pooled(scores: Sequence[Scores], name: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
        return np.concatenate([getattr(one, name) for one in scores])

    return WindowMetrics(
        mae=100 * float(np.nanmean(pooled(mine, "absolute"))),
        crps=100 * float(np.nanmean(pooled(mine, "crps"))),
        mae_skill=skill(pooled(mine, "absolute"), pooled(walk, "absolute")),
        crps_skill=skill(pooled(mine, "crps"), pooled(walk, "crps")),
        coverage_80=float(np.nanmean(pooled(mine, "inside_80"))),
        coverage_95=float(np.nanmean(pooled(mine, "inside_95"))),
    )


def _none() -> WindowMetrics:
    return WindowMetrics(mae=0, crps=0, mae_skill=0, crps_skill=0, coverage_80=0, coverage_95=0)
