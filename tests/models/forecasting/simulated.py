"""Prices with properties that are known because they were made so."""

import numpy as np
from numpy.typing import NDArray

from models.forecasting import PriceSeries

HOUR = np.timedelta64(3_600_000, "ms")
START = np.datetime64("2024-01-01T00:00:00.000")


def series(close: NDArray[np.float64]) -> PriceSeries:
    return PriceSeries.from_closes(START + np.arange(len(close)) * HOUR, close, HOUR)


def walk(count: int, *, seed: int = 0, volatility: float | NDArray[np.float64] = 0.01) -> NDArray[np.float64]:
    moves = np.random.default_rng(seed).normal(0, 1, count) * volatility
    return 30_000 * np.exp(np.cumsum(moves))


def bursts(count: int, *, seed: int = 0, spell: int = 150) -> NDArray[np.float64]:
    """Calm and wild spells of `spell` steps each, the wild ones four times as wild."""
    return walk(count, seed=seed, volatility=np.where(np.arange(count) // spell % 2, 0.016, 0.004))


def market(close: NDArray[np.float64], *, seed: int = 0) -> PriceSeries:
    """The series with highs, lows and volumes that go with its moves."""
    random = np.random.default_rng(seed)
    spread = np.exp(np.abs(np.diff(np.log(close), prepend=np.log(close[0]))) + random.exponential(0.001, len(close)))
    volume = random.lognormal(3, 0.5, len(close)) * spread**50
    return PriceSeries.from_closes(
        START + np.arange(len(close)) * HOUR, close, HOUR, high=close * spread, low=close / spread, volume=volume
    )
