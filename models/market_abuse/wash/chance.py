"""How often honest trading would close a ring by chance, if who meets whom depends on how much each of them trades."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

PAIRS: Final = 200_000
CROWDING: Final = 2.0
"""Honest trades come in bursts of one size, more so than pairs drawn over the file tell; from training parts."""


@dataclass(frozen=True, eq=False)
class Market:
    """How often each account bought and sold, out of all `trades`; `near`: how often two trades lie within a window of
    each other and within the margin of each other's amount."""

    bought: NDArray[np.int64]
    sold: NDArray[np.int64]
    trades: int
    near: float

    @classmethod
    def of(
        cls,
        time: NDArray[np.int64],
        amount: NDArray[np.int64],
        seller: NDArray[np.int32],
        buyer: NDArray[np.int32],
        window: int,
        margin: float,
    ) -> Self:
        """Count; `near` from pairs drawn with a fixed seed, so that bursts of trades of one size count as what they
        are."""
        accounts, count = int(max(seller.max(), buyer.max())) + 1, len(time)
        one, other = np.random.default_rng(0).integers(0, count, (2, PAIRS))
        one, other = one[one != other], other[one != other]
        larger, smaller = np.maximum(amount[one], amount[other]), np.minimum(amount[one], amount[other])
        near = (np.abs(time[one] - time[other]) <= window) & (larger <= smaller * (1 + margin))
        return cls(
            np.bincount(buyer, minlength=accounts),
            np.bincount(seller, minlength=accounts),
            count,
            float((near.sum() + 1) / (len(one) + 1)),
        )

    def expected_rounds(self, ring: tuple[int, ...]) -> float:
        """Rounds that chance would give `ring`, of which each sells to the next: the most that either view allows.

        Seen from one account: that it buys and sells the same amount within the window is nothing unusual; what is
        unusual is that both trades meet accounts of the ring. Seen from above: as many as its legs can be combined.
        """
        legs = [
            self.sold[giver] * self.bought[taker] / self.trades
            for giver, taker in zip(ring, ring[1:] + ring[:1], strict=True)
        ]
        combined = min(*legs, math.prod(legs) * self.near ** (len(ring) - 1))
        own = max(self._seen_from(ring[place:] + ring[:place]) for place in range(len(ring)))
        return float(CROWDING * max(combined, own))

    def _seen_from(self, ring: tuple[int, ...]) -> float:
        own = min(int(self.bought[ring[0]]), int(self.sold[ring[0]]))
        likely = own * (self.bought[ring[1]] / self.trades) * (self.sold[ring[-1]] / self.trades)
        for giver, taker in pairwise(ring[1:]):
            likely *= min(1.0, self.sold[giver] * self.bought[taker] / self.trades * self.near)
        return float(likely)


def log10_chance(found: int, expected: float) -> float:
    """Base-10 logarithm of the probability of `found` or more where `expected` are expected (Poisson)."""
    if found <= 0:
        return 0.0
    if expected <= 0:
        return -math.inf
    if found <= expected:
        return 0.0
    # The sum of the tail, from its first and largest term on: exact, and no underflow for hundreds of rounds.
    first = found * math.log(expected) - expected - math.lgamma(found + 1)
    tail, term = 1.0, 1.0
    for further in range(1, 500):
        term *= expected / (found + further)
        tail += term
        if term < 1e-17 * tail:
            break
    return min(0.0, (first + math.log(tail)) / math.log(10))
