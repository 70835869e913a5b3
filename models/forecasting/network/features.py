"""What the networks see of a price: nothing but ratios, so that one network serves every coin and timeframe.

Every value at a step depends on that step and earlier ones alone; cutting a series there changes no bit of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.forecasting.series import PriceSeries
from models.forecasting.volatility import ewma, ewma_variance

MEMORIES: Final = {"fast": 0.9, "short": 0.96, "middle": 0.99, "long": 0.998}
VOLUME_MEMORY: Final = 0.996  # half of its weight within 173 steps
WARM_UP: Final = 200
"""Steps after which the scale of a series has settled; origins before it are not trained on."""

HOUR: Final = 3_600_000
CALENDAR: Final = ("hour_sin", "hour_cos", "weekday_sin", "weekday_cos")
"""Features that a timeframe below an hour does not get: no network was trained on them there."""


@dataclass(frozen=True, eq=False)
class View:
    """A series in the terms that features are made of."""

    series: PriceSeries

    @cached_property
    def volatility(self) -> dict[str, NDArray[np.float64]]:
        """Standard deviation of a step's return, by memory; never 0."""
        square = {name: ewma_variance(self.series.returns, decay) for name, decay in MEMORIES.items()}
        floor = np.fmax(1e-6 * square["long"], 1e-16)
        return {name: np.sqrt(np.fmax(variance, floor)) for name, variance in square.items()}

    @cached_property
    def scale(self) -> NDArray[np.float64]:
        """What returns are measured in: the blend of a short and a long memory, as the scaled random walk's."""
        short, long = self.volatility["short"], self.volatility["long"]
        return np.asarray(np.sqrt((short**2 + long**2) / 2))

    @cached_property
    def moment(self) -> NDArray[np.int64]:
        """Milliseconds since 1970 of each step."""
        first = int(self.series.start.astype("datetime64[ms]").astype(np.int64))
        return first + np.arange(len(self.series), dtype=np.int64) * self.step

    @property
    def step(self) -> int:
        """Length of a step in milliseconds."""
        return int(self.series.step.astype("timedelta64[ms]").astype(np.int64))

    def ratio(self, name: str) -> NDArray[np.float64]:
        """Logarithm of a volatility against the scale."""
        return np.asarray(np.log(self.volatility[name] / self.scale))

    def known(self, values: NDArray[np.float64] | None) -> NDArray[np.float64]:
        """The values, all NaN where there are none."""
        return np.full(len(self.series), np.nan) if values is None else values

    @cached_property
    def volume_surprise(self) -> NDArray[np.float64]:
        """Logarithm of the volume against its own recent mean."""
        volume = self.known(self.series.volume)
        logarithm = np.log(np.where(volume > 0, volume, np.nan))
        return np.asarray(logarithm - ewma(logarithm, VOLUME_MEMORY))

    @cached_property
    def reference_return(self) -> NDArray[np.float64]:
        """Log return of the reference in this series' own scale."""
        closes = self.known(self.series.reference)
        return np.asarray(np.diff(np.log(closes), prepend=np.nan) / self.scale)

    def cycle(self, period: int, shift: int = 0) -> NDArray[np.float64]:
        """Angle within a period of `period` ms; not known below an hour's steps."""
        angle = 2 * np.pi * ((self.moment + shift) % period) / period
        return angle if self.step >= HOUR else np.full(len(angle), np.nan)


DAY: Final = 24 * HOUR

_FEATURES: Final[Mapping[str, Callable[[View], NDArray[np.float64]]]] = {
    "return": lambda view: np.clip(view.series.returns / view.scale, -8, 8),
    "move": lambda view: np.clip(np.abs(view.series.returns) / view.scale, 0, 8),
    "known": lambda view: np.isfinite(view.series.returns).astype(np.float64),
    "range": lambda view: np.clip(
        np.log(view.known(view.series.high) / view.known(view.series.low)) / view.scale, 0, 12
    ),
    "volume": lambda view: np.clip(view.volume_surprise, -4, 4),
    "volatility_fast": lambda view: view.ratio("fast"),
    "volatility_middle": lambda view: view.ratio("middle"),
    "volatility_long": lambda view: view.ratio("long"),
    "hour_sin": lambda view: np.sin(view.cycle(DAY)),
    "hour_cos": lambda view: np.cos(view.cycle(DAY)),
    "weekday_sin": lambda view: np.sin(view.cycle(7 * DAY)),
    "weekday_cos": lambda view: np.cos(view.cycle(7 * DAY)),
    "timeframe": lambda view: np.full(len(view.series), np.log(max(view.step, HOUR) / HOUR) / 3),
    "reference_return": lambda view: np.clip(view.reference_return, -8, 8),
    "reference_known": lambda view: np.isfinite(view.reference_return).astype(np.float64),
    "sentiment": lambda view: view.known(view.series.sentiment),
    "sentiment_known": lambda view: np.isfinite(view.known(view.series.sentiment)).astype(np.float64),
}

KNOWN_FEATURES: Final = tuple(_FEATURES)
DEFAULT_FEATURES: Final = tuple(name for name in KNOWN_FEATURES if not name.startswith("sentiment"))
"""Without sentiment, of which no history is stored when a network is first trained; training takes it by name."""


def features(series: PriceSeries, names: tuple[str, ...] = DEFAULT_FEATURES) -> NDArray[np.float32]:
    """The features named, one row a step: shape (steps, names). What is not known is 0, which stands for the usual."""
    view = View(series)
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = [_FEATURES[name](view) for name in names]
    return np.nan_to_num(np.column_stack(columns), nan=0.0, posinf=0.0, neginf=0.0).astype(np.float32)


def scale(series: PriceSeries) -> NDArray[np.float64]:
    """Standard deviation of a step's log return at each step: what the networks' quantiles are multiples of."""
    return View(series).scale
