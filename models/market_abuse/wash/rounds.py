"""Rounds: trades that go round a ring of accounts once, each handing on what the one before handed it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_STEPS: Final = 4_000
"""Steps of the search from one trade; a crowd of trades of one amount has more ways round than are worth following."""


@dataclass(frozen=True)
class Round:
    """Places of its trades, in the order in which the ring is gone round."""

    trades: tuple[int, ...]


class RoundSearch:
    """Finds rounds among trades; each trade belongs to one round at most, shorter and tighter rounds first."""

    def __init__(
        self,
        time: NDArray[np.int64],
        amount: NDArray[np.int64],
        seller: NDArray[np.int32],
        buyer: NDArray[np.int32],
        *,
        window: int,
        margin: float,
    ) -> None:
        self.time, self.amount = time, amount
        self.seller, self.buyer = seller, buyer
        self.window, self.margin = window, margin
        self.used = np.zeros(len(time), dtype=bool)

    def search(self, groups: Iterable[NDArray[np.intp]], longest: int) -> list[Round]:
        """All rounds of 2 to `longest` trades within the groups."""
        found = []
        kept = [group.tolist() for group in groups]
        for length in range(2, longest + 1):
            for group in kept:
                found += self._in_group(group, length)
        return found

    def _in_group(self, group: list[int], length: int) -> list[Round]:
        free = [place for place in sorted(group, key=lambda place: (int(self.time[place]), place))
                if not self.used[place]]  # fmt: skip
        if len(free) < length:
            return []
        by_seller: dict[int, list[int]] = defaultdict(list)
        for place in free:
            by_seller[int(self.seller[place])].append(place)
        found = []
        for place in free:
            if not self.used[place] and (way := self._way_round(place, by_seller, length)):
                self.used[list(way)] = True
                found.append(Round(way))
        return found

    def _way_round(self, start: int, by_seller: dict[int, list[int]], length: int) -> tuple[int, ...] | None:
        """A round of exactly `length` trades that begins with `start` and comes back to its seller."""
        home, began = int(self.seller[start]), int(self.time[start])
        steps = 0
        ways: list[tuple[tuple[int, ...], int, int]] = [((start,), int(self.amount[start]), int(self.amount[start]))]
        while ways and steps < MOST_STEPS:
            way, least, most = ways.pop()
            steps += 1
            here = int(self.buyer[way[-1]])
            fits = []
            for place in by_seller.get(here, ()):
                if self.used[place] or abs(int(self.time[place]) - began) > self.window or place in way:
                    continue
                amount, to = int(self.amount[place]), int(self.buyer[place])
                low, high = min(least, amount), max(most, amount)
                if high > low * (1 + self.margin):
                    continue
                steps += 1
                if to == home:
                    if len(way) + 1 == length:
                        fits.append(((*way, place), low, high))
                elif len(way) + 1 < length and all(to != int(self.seller[past]) for past in way):
                    fits.append(((*way, place), low, high))
            closed = [way for way, _, _ in fits if int(self.buyer[way[-1]]) == home]
            if closed:
                return min(closed, key=self._tightness)
            ways += sorted(fits, key=lambda fit: -self._tightness(fit[0]))
        return None

    def _tightness(self, way: tuple[int, ...]) -> int:
        times = [int(self.time[place]) for place in way]
        return max(times) - min(times)
