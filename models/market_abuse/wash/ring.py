"""A ring that was found, with all its rounds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Ring:
    """`accounts`: in the order in which each sells to the next, for the way most rounds went. `trades`: places.

    `log10_chance`: of this many rounds by chance. `inside`: share of all trades of these accounts that are part of it.
    `net`: the largest share of its turnover in the ring that one of them kept. `window`: microseconds.
    """

    accounts: tuple[int, ...]
    trades: NDArray[np.intp]
    rounds: int
    window: int
    log10_chance: float
    inside: float
    net: float


@dataclass(frozen=True, eq=False)
class NettedSet:
    """`windows`: in how many windows every position came back; `left`: the largest change that stayed, as a share of
    the mean trade. `window`: microseconds."""

    accounts: tuple[int, ...]
    trades: NDArray[np.intp]
    windows: int
    window: int
    left: float
