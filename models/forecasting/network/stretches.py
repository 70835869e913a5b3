"""Stretches of many series, each of which a network goes through once and forecasts from many of its steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.forecasting.network.features import WARM_UP, features, scale
from models.forecasting.network.forecaster import WINDOW
from models.forecasting.series import PriceSeries

SPAN: Final = 192
"""Steps after the first window of a stretch that are forecast from."""

LENGTH: Final = WINDOW + SPAN


@dataclass(frozen=True, eq=False)
class Batch:
    """Windows (batch, time, features), what came (batch, positions, steps) in units of volatility; NaN: not known."""

    windows: Tensor
    outcomes: Tensor
    positions: Tensor
    steps: Tensor


@dataclass(frozen=True, eq=False)
class Stretches:
    """Where stretches may begin in several series laid end to end, each followed by what hides its neighbour."""

    seen: Tensor
    log_close: Tensor
    unit: Tensor
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, series: Sequence[PriceSeries], names: tuple[str, ...], longest: int) -> "Stretches":
        """Those of every series that is long enough; `longest` is the most steps ahead of an outcome."""
        seen, logs, units, starts, offset = [], [], [], [], 0
        for one in series:
            hidden = np.full(longest, np.nan)
            seen.append(np.concatenate([features(one, names), np.zeros((longest, len(names)), np.float32)]))
            logs.append(np.concatenate([one.log_close, hidden]))
            units.append(np.concatenate([scale(one), hidden]))
            starts.append(offset + np.arange(WARM_UP, len(one) - LENGTH + 1, SPAN // 2))
            offset += len(one) + longest
        return cls(
            torch.from_numpy(np.concatenate(seen)),
            torch.from_numpy(np.concatenate(logs)),
            torch.from_numpy(np.concatenate(units)),
            np.concatenate(starts) if starts else np.empty(0, np.int64),
        )

    def batches(
        self, size: int, stride: int, longest: int, random: np.random.Generator | None = None
    ) -> Iterator[Batch]:
        """Every stretch once: in order, or drawn with beginnings shifted and steps ahead drawn anew for each batch."""
        order = self.starts if random is None else random.permutation(self.starts)
        for first in range(0, len(order), size):
            begin = order[first : first + size]
            if random is not None:
                begin = begin - random.integers(0, min(SPAN // 2, WARM_UP), len(begin))
            positions = np.arange(WINDOW - 1 + (stride if stride > 1 else 4), LENGTH, max(stride, 4))
            yield self._batch(begin, positions, steps_ahead(longest, random))

    def _batch(self, begin: NDArray[np.int64], positions: NDArray[np.int64], steps: NDArray[np.int64]) -> Batch:
        rows = torch.from_numpy(begin[:, None] + np.arange(LENGTH))
        origins = torch.from_numpy(begin[:, None] + positions)
        ahead = torch.from_numpy(steps)
        moved = self.log_close[origins[..., None] + ahead] - self.log_close[origins][..., None]
        outcomes = moved / self.unit[origins][..., None] / torch.sqrt(ahead.double())
        return Batch(self.seen[rows], outcomes.float(), torch.from_numpy(positions), ahead.float())


def steps_ahead(longest: int, random: np.random.Generator | None) -> NDArray[np.int64]:
    """A dozen steps ahead from 1 to `longest`, dense where it is near: drawn, or the same ones every time."""
    count = min(12, longest)
    spread = np.linspace(0, 1, count) if random is None else np.sort(random.random(count))
    return np.unique(np.round(np.exp(spread * np.log(longest))).astype(np.int64))
