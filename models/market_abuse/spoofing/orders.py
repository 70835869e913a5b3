"""What became of each order: when it was placed and gone, how much was filled and how much taken back."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.spoofing.events import CANCEL, FILL, PLACE, OrderEvents

STANDING: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Orders:
    """A row an order, in the order of their being placed. `gone`: when it was cancelled or filled up, `STANDING` if it
    was not."""

    account: NDArray[np.int32]
    side: NDArray[np.int8]
    price: NDArray[np.float64]
    amount: NDArray[np.float64]
    placed: NDArray[np.int64]
    gone: NDArray[np.int64]
    filled: NDArray[np.float64]
    cancelled: NDArray[np.float64]
    unknown: int
    """Cancels and fills of orders that were never placed in the data."""

    @classmethod
    def of(cls, events: OrderEvents) -> Self:
        """Follow each order through the events."""
        placing = np.flatnonzero(events.action == PLACE)
        known, first = np.unique(events.order[placing], return_index=True)
        placing = placing[first]
        order = np.argsort(placing, kind="stable")
        rank = np.empty(len(order), np.intp)
        rank[order] = np.arange(len(order))
        at = np.searchsorted(known, events.order)
        at_known = np.clip(at, 0, max(len(known) - 1, 0))
        is_known = known[at_known] == events.order if len(known) else np.zeros(len(events), bool)
        row = rank[at_known] if len(known) else at_known
        placing = placing[order]
        count = len(placing)
        fills, cancels = (is_known & (events.action == what) for what in (FILL, CANCEL))
        amount = events.amount[placing]
        filled = np.bincount(row[fills], events.amount[fills], count).astype(np.float64)
        cancelled_at = np.full(count, STANDING)
        np.minimum.at(cancelled_at, row[cancels], events.time[cancels])
        last_fill = np.full(count, np.int64(0))
        np.maximum.at(last_fill, row[fills], events.time[fills])
        full = filled >= amount * (1 - 1e-9)
        gone = np.where(full, last_fill, cancelled_at)
        left = np.maximum(amount - filled, 0)
        return cls(
            account=events.account[placing],
            side=events.side[placing],
            price=events.price[placing],
            amount=amount,
            placed=events.time[placing],
            gone=gone,
            filled=filled,
            cancelled=np.where(~full & (cancelled_at != STANDING), left, 0.0),
            unknown=int(((events.action != PLACE) & ~is_known).sum()),
        )
