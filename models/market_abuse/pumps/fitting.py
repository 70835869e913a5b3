"""Setting the thresholds on quiet bars: no planted pump is looked at for it."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from models.market_abuse.pumps.signal import Signal
from models.market_abuse.pumps.thresholds import Thresholds

TRADES: Final[dict[str, float]] = {"rush": 0.999, "value": 0.99, "rise": 0.999, "moves": 0.99}
"""Of trades the value has the heaviest tail, and a single large one is no crowd: it need only be unusual."""
CANDLES: Final[dict[str, float]] = {"value": 0.995, "rise": 0.99, "moves": 0.995}
"""Of candles, without orders, value and price must speak alike."""
ABOVE: Final = 1.1
"""How far above the highest strength of all quiet training bars an alarm begins."""


def fit_thresholds(quiet: Sequence[Signal], *, seconds: int, window: int, tails_at: dict[str, float]) -> Thresholds:
    """Each part's threshold is in the proportion of a high quantile (`tails_at`) on quiet bars; together they
    are `ABOVE` what
    the most lively quiet bar reached."""
    tails = {}
    for name, quantile in tails_at.items():
        values = np.concatenate([getattr(one, name) for one in quiet])
        tails[name] = max(float(np.nanquantile(values, quantile)), 1e-6)
    highest, bars = 0.0, 0
    for one in quiet:
        parts = np.array([getattr(one, name) / tails[name] for name in tails_at])
        highest = max(highest, float(np.nanmax(np.nan_to_num(parts.min(axis=0), nan=0.0))))
        bars += int(np.isfinite(one.value).sum())
    scaled = {name: round(tail * highest * ABOVE, 6) for name, tail in tails.items()}
    return Thresholds(
        seconds=seconds,
        window=window,
        rush=scaled.get("rush"),
        value=scaled["value"],
        rise=scaled["rise"],
        moves=scaled["moves"],
        quiet_bars=bars,
        false_alarms_a_day=0.0,
        found=0.0,
        data="training",
    )
