"""The windows of every owner in memory, and what stands behind their features."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from blocks.payment_store.writer import Transaction
from models.fraud.online import MOST_ROWS, OnlineTotals, Seen
from models.fraud.timeline import CUSTOMER_REACH, DELAY

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.fraud.features import History


class StoredHistory:
    """What an owner's earlier payments were, read within a transaction."""

    def __init__(self, transaction: Transaction, owner: str) -> None:
        self._transaction = transaction
        self._owner = owner

    def of_customers(self, since: Mapping[str, int]) -> Iterator[Seen]:
        """See `models.fraud.online.History`."""
        return (Seen(*moment) for moment in self._transaction.of_customers(self._owner, since))

    def of_terminals(self, since: Mapping[str, int]) -> Iterator[Seen]:
        """See `models.fraud.online.History`."""
        return (Seen(*moment) for moment in self._transaction.of_terminals(self._owner, since))


@dataclass
class OwnerMemory:
    """What is remembered of one owner's customers and terminals, and since when there are payments and labels."""

    totals: OnlineTotals
    first: int | None
    first_labelled: int | None

    def recall(self, payments: Sequence[Seen], history: StoredHistory) -> None:
        """Read what the payments' windows reach for; before they are stored."""
        self.totals.recall(payments, history)

    def count(self, payments: Sequence[Seen]) -> "NDArray[np.int64]":
        """Remember the payments, and count each one's totals."""
        self.totals.add(payments)
        earliest = min(payment.time for payment in payments)
        self.first = earliest if self.first is None else min(self.first, earliest)
        return self.totals.totals(payments)

    def history_at(self, time: int) -> "History":
        """Labels once the first is older than the delay; `none` while payments do not yet fill the longest window."""
        if self.first_labelled is not None and self.first_labelled < time - DELAY:
            return "labelled"
        return "unlabelled" if self.first is not None and self.first <= time - CUSTOMER_REACH else "none"


@dataclass
class Memory:
    """Windows by owner."""

    most_rows: int = MOST_ROWS
    owners: dict[str, OwnerMemory] = field(default_factory=dict)

    def of(self, owner: str, transaction: Transaction) -> OwnerMemory:
        """An owner's windows; on the first touch the store says since when there are payments."""
        if owner not in self.owners:
            self.owners[owner] = OwnerMemory(OnlineTotals(self.most_rows), *transaction.first_moments(owner))
        return self.owners[owner]

    def labels_came(self, changed: Sequence[tuple[str, str, int]]) -> None:
        """Labels were put on payments of these (owner, terminal, time): read the terminals anew."""
        for owner, terminal, time in changed:
            if memory := self.owners.get(owner):
                memory.totals.forget_terminals([terminal])
                first = memory.first_labelled
                memory.first_labelled = time if first is None else min(first, time)

    def shrink(self) -> None:
        """Forget what was not touched longest, beyond the bound."""
        for memory in self.owners.values():
            memory.totals.shrink()

    def clear(self) -> None:
        """Forget everything; the store knows it."""
        self.owners.clear()
