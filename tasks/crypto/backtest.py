"""Walking forecasters forward through candles of the past, and measuring what they said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray
from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel

from blocks.exchange.candles import moment
from models.forecasting import Forecaster, PriceSeries
from models.forecasting.backtest import Walked
from models.forecasting.backtest import walk_forward as walk_window
from tasks.crypto.backtest_metrics import BacktestMetrics, BySteps, measure
from tasks.crypto.beside_sentiment import beside_sentiment
from tasks.crypto.candle_file import CandleFile
from tasks.crypto.forecasters import Chosen, Fixed, choose_forecaster
from tasks.crypto.training_candles import TrainingCandles
from tasks.provenance import Provenance, code_version, request_digest

MOST_ROWS: Final = 3_000_000
MOST_ERRORS: Final = 6_000_000
"""Errors that a conformal forecaster may sort at a time: 50 MB."""
CONFORMAL_WINDOW: Final = 1000
BASELINE: Final[Fixed] = "random-walk"


class BacktestRefused(ValueError):
    """The backtest is empty or too large; the message says what to ask for instead."""


@dataclass(frozen=True, eq=False)
class BacktestRun:
    """All forecasts, one entry a coin and model, and how good they were."""

    timeframe: str
    horizon: int
    asked: tuple[str, ...]
    walked: list[Walked]
    metrics: list[BacktestMetrics]
    by_step: dict[str, BySteps]
    chosen: dict[str, Chosen]
    warnings: list[str] = field(default_factory=list)

    @property
    def symbols(self) -> int:
        """How many coins."""
        return len({one.symbol for one in self.walked})

    @property
    def start(self) -> datetime:
        """First origin."""
        return moment(min(one.series.time[one.origins[0]] for one in self.walked))

    @property
    def end(self) -> datetime:
        """Last outcome."""
        return moment(max(one.series.time[one.origins[-1] + self.horizon] for one in self.walked))

    @property
    def forecasts(self) -> list[Walked]:
        """Those of the models asked for."""
        return [one for one in self.walked if one.model in self.asked]

    @property
    def count(self) -> int:
        """Forecast steps of the models asked for."""
        return sum(one.came.size for one in self.forecasts)


@task(
    name="walk-forward",
    description="Forecasts from every origin, each knowing only what came before it; measured against what came.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def walk_forward(
    file: CandleFile,
    *,
    models: Mapping[Fixed, Chosen],
    start: datetime | None,
    end: datetime | None,
    origin_step: int,
    horizon: int,
) -> BacktestRun:
    """Walk each model through every coin of the file.

    Raises `BacktestRefused`, `LeakingBacktest` where a model was trained on the time asked for, `ForecastingError`,
    `WarehouseError` where one looks at sentiment.
    """
    # by the forecaster's own name: the ensemble of a single network is that network
    chosen = {one.forecaster.name: one for one in [*models.values(), choose_forecaster(BASELINE)]}
    seen = {one.forecaster.name: _stamp(one.facts.trained_until) for one in chosen.values() if one.facts.trained_until}
    forecasters = [one.forecaster for one in chosen.values()]
    series = TrainingCandles(file.candles, file.uri, file.sha256, file.timeframe).series()
    if any(one.looks_at_sentiment for one in chosen.values()):
        series = beside_sentiment(series)
    walks = [_Walk(name, one, forecasters, origin_step, horizon) for name, one in series.items()]
    origins = {walk.symbol: walk.origins(start, end, seen) for walk in walks}
    if not any(map(len, origins.values())):
        raise BacktestRefused(
            f"No forecast of {horizon} steps fits: {walks[0].needed} candles must come before the first one and "
            f"{horizon} after the last. Give later or more candles, another window, or a shorter horizon."
        )
    if (count := sum(map(len, origins.values())) * horizon * len(chosen)) > MOST_ROWS:
        raise BacktestRefused(
            f"{count:,} forecast steps are more than {MOST_ROWS:,}: ask for fewer models, a larger origin_step, a "
            "shorter horizon or a shorter time."
        )
    walked = [
        found for walk in walks if len(origins[walk.symbol]) for found in walk.forward(origins[walk.symbol], seen)
    ]
    left = [
        f"{name} was left out: no forecast of it fits into the time asked for."
        for name in origins
        if not len(origins[name])
    ]
    versions = {one.forecaster.name: one.facts.version for one in chosen.values()}
    asked = tuple(dict.fromkeys(one.forecaster.name for one in models.values()))
    metrics, by_step = measure(walked, versions, BASELINE)
    return BacktestRun(file.timeframe, horizon, asked, walked, metrics, by_step, chosen, [*_anew(chosen), *left])


def _anew(chosen: Mapping[str, Chosen]) -> list[str]:
    """Which networks were trained for this backtest alone."""
    new = {name: one.facts for name, one in chosen.items() if one.facts.origin == "backtest"}
    if not new:
        return []
    facts = next(iter(new.values()))
    coins = ", ".join(facts.trained_on)
    return [
        f"{', '.join(new)} {'were' if len(new) > 1 else 'was'} trained for this backtest on {coins} until "
        f"{facts.trained_until:%Y-%m-%d %H:%M} UTC: those in use have seen the time asked for."
    ]


@dataclass(frozen=True, eq=False)
class _Walk:
    """One coin to be walked through."""

    symbol: str
    series: PriceSeries
    forecasters: Sequence[Forecaster]
    origin_step: int
    horizon: int

    @property
    def needed(self) -> int:
        """Candles before the first forecast, its origin's among them."""
        return max(forecaster.history(self.horizon) for forecaster in self.forecasters)

    def origins(
        self, start: datetime | None, end: datetime | None, seen: Mapping[str, np.datetime64]
    ) -> NDArray[np.intp]:
        """Every `origin_step` steps counted from 1970, so that all coins are forecast from the same moments.

        Without a start, from an embargo of the horizon after the training data of every model.
        """
        series, begin = self.series, self.needed - 1
        since = _stamp(start) if start else max(seen.values(), default=series.start) + self.horizon * series.step
        begin = max(begin, -int((series.start - since) // series.step))
        last = len(series) - 1 - self.horizon
        if end is not None:
            last = min(last, series.index(_stamp(end)) - self.horizon)
        counted = int(series.start.astype("datetime64[ms]").astype(np.int64) // series.step.astype(np.int64))
        begin += -(counted + begin) % self.origin_step
        return np.arange(begin, last + 1, self.origin_step, dtype=np.intp)

    def forward(self, origins: NDArray[np.intp], seen: Mapping[str, np.datetime64]) -> list[Walked]:
        """What each forecaster said from these origins, in portions that fit into memory."""
        size = max(1, MOST_ERRORS // (self.horizon * CONFORMAL_WINDOW))
        parts = [self._portion(origins[first : first + size], seen) for first in range(0, len(origins), size)]
        return [_joined(of_one) for of_one in zip(*(part for part in parts if part), strict=True)]

    def _portion(self, origins: NDArray[np.intp], seen: Mapping[str, np.datetime64]) -> list[Walked]:
        time = self.series.time
        if not np.isfinite(self.series.close[origins]).any():
            return []
        return walk_window(
            {self.symbol: self.series},
            self.forecasters,
            start=time[origins[0]],
            end=time[origins[-1] + self.horizon],
            origin_step=self.origin_step,
            horizon=self.horizon,
            trained_until=seen,
        )


def _joined(parts: Sequence[Walked]) -> Walked:
    """The portions of one coin and model as one."""
    return replace(
        parts[0],
        origins=np.concatenate([part.origins for part in parts]),
        quantiles=np.concatenate([part.quantiles for part in parts]),
        came=np.concatenate([part.came for part in parts]),
    )


def _stamp(time: datetime) -> np.datetime64:
    return np.datetime64(time.replace(tzinfo=None), "ms")


def backtest_provenance(request: BaseModel, file: CandleFile, run: BacktestRun) -> Provenance:
    """What was walked through, and by which versions."""
    facts = [run.chosen[name].facts for name in run.asked]
    weights = [one.weights_sha256 for one in facts if one.weights_sha256]
    return Provenance(
        code_version=code_version(),
        request_sha256=request_digest(request),
        model=", ".join(one.name for one in facts),
        model_version=", ".join(one.version for one in facts),
        weights_sha256=", ".join(weights) or None,
        data_source=file.uri,
        data_window=file.window,
        data_sha256=file.sha256,
    )
