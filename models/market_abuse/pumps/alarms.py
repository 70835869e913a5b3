"""Alarms: bars whose signal reaches the thresholds, those of one pump joined."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.pumps.bars import Bars
from models.market_abuse.pumps.signal import Signal, signal
from models.market_abuse.pumps.thresholds import Thresholds

QUIET_AGAIN = 3600 * 1_000_000
"""An alarm within an hour of the last belongs to the same pump (microseconds)."""


@dataclass(frozen=True)
class Alarm:
    """`first`, `last`: places of bars. `strength`: how many times over the hardest threshold was reached."""

    first: int
    last: int
    strength: float
    rush: float
    value: float
    rise: float
    moves: float


def strengths(found: Signal, bar: Thresholds) -> NDArray[np.float64]:
    """How many times over its threshold the weakest part of each bar's signal is; 1 is an alarm."""
    parts = [found.value / bar.value, found.rise / bar.rise, found.moves / bar.moves]
    if bar.rush is not None and np.isfinite(found.rush).any():
        parts.append(found.rush / bar.rush)
    return np.asarray(np.nan_to_num(np.min(parts, axis=0), nan=0.0), np.float64)


def find_alarms(bars: Bars, thresholds: Thresholds) -> list[Alarm]:
    """The pumps in a market's bars, in the order of time; each bar is judged by those before it alone."""
    if len(bars) < 2:
        return []
    found = signal(bars, thresholds.window)
    strength = strengths(found, thresholds)
    places = np.flatnonzero(strength >= 1)
    apart = max(QUIET_AGAIN, 2 * bars.length)
    cuts = np.flatnonzero(np.diff(bars.start[places]) > apart) + 1
    alarms = []
    for group in np.split(places, cuts):
        if len(group):
            best = int(group[np.argmax(strength[group])])
            alarms.append(
                Alarm(
                    first=int(group[0]),
                    last=int(group[-1]),
                    strength=float(strength[best]),
                    rush=float(found.rush[best]),
                    value=float(found.value[best]),
                    rise=float(found.rise[group].max()),
                    moves=float(found.moves[best]),
                )
            )
    return alarms
