"""Rounds: trades that go round a ring of accounts once, each handing on what the one before handed it."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_STEPS: Final = 400
"""Steps of the search from one trade; a crowd of trades of one amount has more ways round than are worth following."""
NEAREST: Final = 40
"""Trades of an account that are looked at, the next in time first: what is handed on is handed on soon."""


@dataclass(frozen=True)
class Round:
    """Places of its trades, in the order in which the ring is gone round."""

    trades: tuple[int, ...]


class RoundSearch:
    """Finds rounds among trades; each trade belongs to one round at most, shorter rounds first.

    A round is looked for from its earliest trade on; the others may follow it in any order within the window.
    """

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
        self.time: list[int] = time.tolist()
        self.amount: list[int] = amount.tolist()
        self.seller: list[int] = seller.tolist()
        self.buyer: list[int] = buyer.tolist()
        self.window, self.most = window, 1 + margin
        self.used = bytearray(len(time))

    def search(self, groups: Iterable[NDArray[np.intp]], longest: int) -> list[Round]:
        """All rounds of 2 to `longest` trades within the groups, each of which is in the order of time."""
        kept = [group.tolist() for group in groups]
        return [way for length in range(2, longest + 1) for group in kept for way in self._in_group(group, length)]

    def _in_group(self, group: list[int], length: int) -> list[Round]:
        free = [place for place in group if not self.used[place]]
        if len(free) < length:
            return []
        by_seller: dict[int, list[int]] = defaultdict(list)
        for place in free:
            by_seller[self.seller[place]].append(place)
        found = []
        for place in free:
            if not self.used[place] and self.buyer[place] in by_seller:
                way = self._way_round(place, by_seller, length)
                if way:
                    for one in way:
                        self.used[one] = 1
                    found.append(Round(way))
        return found

    def _way_round(self, start: int, by_seller: dict[int, list[int]], length: int) -> tuple[int, ...] | None:
        """A round of exactly `length` trades that begins with `start` and comes back to its seller."""
        home, until = self.seller[start], self.time[start] + self.window
        first = self.amount[start]
        ways: list[tuple[tuple[int, ...], int, int]] = [((start,), first, first)]
        steps = 0
        while ways and steps < MOST_STEPS:
            way, least, most = ways.pop()
            last = len(way) + 1 == length
            following = []
            for place in self._next(by_seller.get(self.buyer[way[-1]], ()), start):
                if self.time[place] > until:
                    break
                steps += 1
                amount, to = self.amount[place], self.buyer[place]
                low, high = min(least, amount), max(most, amount)
                if self.used[place] or high > low * self.most or (to == home) != last:
                    continue
                if last:
                    return (*way, place)
                if all(to != self.seller[past] for past in way):
                    following.append(((*way, place), low, high))
            ways += reversed(following)  # the next in time is followed first
        return None

    @staticmethod
    def _next(own: "list[int] | tuple[int, ...]", start: int) -> "list[int] | tuple[int, ...]":
        """The next trades of an account after a place; places are in the order of time."""
        begin = bisect_right(own, start)
        return own[begin : begin + NEAREST]
