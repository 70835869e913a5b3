"""A picture cut into tiles that overlap, with weights that add up to one everywhere."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FEATHER: Final = 32  # pixels over which a tile fades into the next


@dataclass(frozen=True, eq=False)
class Span:
    """Pixels `start` to `stop` of a side, and how much each of them counts."""

    start: int
    stop: int
    weights: NDArray[np.float32]


def spans(length: int, side: int) -> list[Span]:
    """A side cut into equal parts of at most `side` pixels, each with half the overlap to both its sides.

    Raises:
        ValueError: Tiles of fewer than twice the overlap would overlap thrice.
    """
    if side < 2 * FEATHER:
        raise ValueError(f"a tile has at least {2 * FEATHER} pixels a side, not {side}")
    count = -(-length // side)
    borders = [round(part * length / count) for part in range(count + 1)]
    found = []
    for before, after in itertools.pairwise(borders):
        start = before - FEATHER // 2 if before else 0
        stop = after + FEATHER // 2 if after < length else length
        weights = np.ones(stop - start, np.float32)
        ramp = (np.arange(FEATHER, dtype=np.float32) + 0.5) / FEATHER
        if before:
            weights[:FEATHER] = ramp
        if after < length:
            weights[-FEATHER:] = 1 - ramp
        found.append(Span(start, stop, weights))
    return found


def tiles(width: int, height: int, side: int) -> Iterator[tuple[Span, Span]]:
    """Rows and columns of every tile."""
    columns = spans(width, side)
    for rows in spans(height, side):
        for across in columns:
            yield rows, across
