"""A micro-batch: which payments of its orders are new, which orders are refused, and what each order gets."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from blocks.payment_store import KnownPayment
from deployments.scorer.incoming import Incoming
from deployments.scorer.problem import ScoringProblem
from tasks.fraud.audit import verdict_of
from tasks.fraud.live_verdict import LiveVerdict
from tasks.fraud.transaction import Transaction

MOST_NAMED: Final = 20

Key = tuple[str, str]
"""Owner and transaction id."""


@dataclass(frozen=True)
class Order:
    """The payments of one request; `taken` is when the scorer took it (`time.perf_counter`)."""

    payments: tuple[Incoming, ...]
    taken: float

    @classmethod
    def of(cls, owner: str, transactions: Sequence[Transaction]) -> "Order":
        """The order of a request that arrives now."""
        now = datetime.now(UTC)
        return cls(tuple(Incoming(owner, transaction, now) for transaction in transactions), time.perf_counter())

    def __len__(self) -> int:
        return len(self.payments)


Outcome = list[LiveVerdict] | ScoringProblem
"""What an order gets: its verdicts, or why not; then nothing of it was stored."""


class Batch:
    """Orders that are judged together; each is taken whole or not at all."""

    def __init__(self, orders: Sequence[Order], known: Mapping[Key, KnownPayment]) -> None:
        """`known`: what the store has of the orders' payments."""
        self.new: dict[Key, Incoming] = {}
        """Payments to judge, each once."""
        self._known = known
        self._orders = orders
        self._taken = [self._take(order) for order in orders]

    def outcomes(self, records: Mapping[Key, str]) -> list[Outcome]:
        """What each order gets, now that the new payments' audit records are stored."""
        told = {key: known.record for key, known in self._known.items() if known.record is not None} | dict(records)
        return [
            taken if isinstance(taken, ScoringProblem) else list(_verdicts(order, taken, told))
            for order, taken in zip(self._orders, self._taken, strict=True)
        ]

    def _take(self, order: Order) -> set[Key] | ScoringProblem:
        """Which of an order's payments are new with it; or why it is refused."""
        own: dict[Key, Incoming] = {}
        clashes, unjudged = [], []
        for one in order.payments:
            first = self._known.get(one.key) or self.new.get(one.key) or own.setdefault(one.key, one)
            if first.contents_sha256 != one.contents_sha256:
                clashes.append(one.row.transaction_id)
            elif isinstance(first, KnownPayment) and first.record is None:
                unjudged.append(one.row.transaction_id)
        if clashes:
            return _refusal("transaction-differs", DIFFERS, clashes)
        if unjudged:
            return _refusal("transaction-known", UNJUDGED, unjudged)
        self.new |= own
        return set(own)


def _verdicts(order: Order, new: set[Key], records: Mapping[Key, str]) -> Iterator[LiveVerdict]:
    elapsed = round((time.perf_counter() - order.taken) * 1000, 3)
    for one in order.payments:
        yield verdict_of(records[one.key], latency_ms=elapsed, repeated=one.key not in new)
        new.discard(one.key)  # from here on it is a repeat


DIFFERS: Final = (
    "These transaction ids were judged before with other contents: {}. Nothing of this request was counted. "
    "An id stands for one payment: send a changed one under an id of its own."
)
UNJUDGED: Final = (
    "These transaction ids are in the store as history, without a verdict: {}. Nothing of this request was counted: "
    "leave out what happened before this scorer judged."
)


def _refusal(kind: str, detail: str, ids: Sequence[str]) -> ScoringProblem:
    named = list(dict.fromkeys(ids))
    shown = ", ".join(f"{name!a}" for name in named[:MOST_NAMED]) + (" …" if len(named) > MOST_NAMED else "")
    return ScoringProblem(409, kind, detail.format(shown), extra={"transaction_ids": named})
