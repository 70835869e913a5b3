"""A trained network as a forecaster."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.forecasting.errors import ForecastingError
from models.forecasting.network.card import NetworkCard
from models.forecasting.network.features import features, scale
from models.forecasting.series import PriceSeries

if TYPE_CHECKING:
    from torch import nn

WINDOW: Final = 168
"""Steps that a network looks back."""

BATCH: Final = 256
"""Windows that go through a network together. Always as many, padded: the sums are then made in the same order, and a
forecast is the same bit by bit whatever else is asked for beside it."""


@dataclass(frozen=True, eq=False)
class NetworkForecaster:
    """Quantiles by a network: multiples of the volatility at the origin, which it learned on many coins at once."""

    card: NetworkCard
    network: "nn.Module"

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The network of a folder. Raises `WeightsRefused`."""
        from models.forecasting.network.weights import load_network  # noqa: PLC0415 - torch where it is used

        return cls(*load_network(folder))

    @property
    def name(self) -> str:
        """Its kind: lstm or transformer."""
        return self.card.kind

    @property
    def version(self) -> str:
        """That of its card."""
        return self.card.version

    @property
    def looks_at_reference(self) -> bool:
        """Whether it makes use of the prices of a reference."""
        return "reference_return" in self.card.features

    @property
    def looks_at_sentiment(self) -> bool:
        """Whether it was trained with scores of sentiment."""
        return "sentiment" in self.card.features

    def history(self, horizon: int) -> int:  # noqa: ARG002 - the same for every horizon
        """A full window, and as many steps before it for the volatility to settle."""
        return 2 * WINDOW

    def quantiles(self, series: PriceSeries, origins: NDArray[np.intp], horizon: int) -> NDArray[np.float64]:
        """Quantiles of the log return; see `Forecaster`. NaN where less than a window lies before the origin.

        Raises `ForecastingError` for a horizon beyond those it was trained on.
        """
        if horizon > self.card.longest_horizon:
            raise ForecastingError(
                f"{self.name} {self.version} was trained up to {self.card.longest_horizon} steps ahead, not {horizon}: "
                "ask for a shorter horizon or a longer timeframe."
            )
        seen, unit = features(series, self.card.features), scale(series)
        found = np.full((len(origins), horizon, 11), np.nan)
        ready = np.flatnonzero(
            (origins >= WINDOW - 1) & np.isfinite(unit[origins]) & np.isfinite(series.close[origins])
        )
        windows = np.lib.stride_tricks.sliding_window_view(seen, WINDOW, axis=0)  # (starts, features, time)
        for first in range(0, len(ready), BATCH):
            rows = ready[first : first + BATCH]
            batch = windows[origins[rows] - WINDOW + 1].transpose(0, 2, 1)
            root = np.sqrt(np.arange(1, horizon + 1))[:, None]
            found[rows] = self._run(batch, horizon) * unit[origins[rows], None, None] * root
        return found

    def _run(self, windows: NDArray[np.float32], horizon: int) -> NDArray[np.float64]:
        """The network's own numbers for up to `BATCH` windows: (windows, horizon, LEVELS)."""
        import torch  # noqa: PLC0415 - torch where it is used

        padded = np.zeros((BATCH, *windows.shape[1:]), dtype=np.float32)
        padded[: len(windows)] = windows
        steps = torch.arange(1, horizon + 1, dtype=torch.float32)
        with torch.inference_mode():
            quantiles = self.network(torch.from_numpy(padded), torch.tensor([WINDOW - 1]), steps)[: len(windows), 0]
        return np.asarray(quantiles.numpy(), dtype=np.float64)
