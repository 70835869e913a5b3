"""One micro-batch in one transaction: store the payments, judge them, chain the verdicts to the audit, commit."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from blocks.payment_store import AuditRow, KnownPayment, Writer
from blocks.payment_store.writer import Transaction as StoreTransaction
from deployments.scorer.history import History, Loaded
from deployments.scorer.incoming import Incoming
from deployments.scorer.known_lists import KnownLists
from deployments.scorer.memory import Memory, StoredHistory
from deployments.scorer.problem import ScoringProblem
from models.fraud.features import features_of
from models.fraud.rules import Facts, RuleBook, RuleHit, decide
from models.fraud.transactions import UNKNOWN_LABEL, Transactions
from tasks.fraud.audit import FORMAT, canonical, chained, verdict_of
from tasks.fraud.identifier import normalised
from tasks.fraud.live import Judgement, Model, judge_live
from tasks.fraud.live_verdict import LiveVerdict
from tasks.fraud.transaction import Transaction

MOST_NAMED = 20


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


class Scoring:
    """Judges micro-batches; for one thread."""

    def __init__(
        self,
        writer: Writer,
        run_of: Callable[[str], str],
        model: Callable[[], Model],
        book: RuleBook,
    ) -> None:
        """`run_of` gives the flow run that an owner's verdicts belong to now, `model` the one in use.

        Raises `PaymentStoreAway`.
        """
        self.writer = writer
        self.memory = Memory()
        self.lists = KnownLists()
        with writer.transaction() as transaction:
            self.lists.refresh(transaction)
        self._run_of = run_of
        self._model = model
        self._book = book
        self._last: tuple[int, str] | None = None

    def judge(self, orders: Sequence[Order]) -> list[Outcome]:
        """Outcomes of orders that came at about the same time; an order is judged whole or not at all.

        When it returns, every verdict in it is durable. Raises `PaymentStoreAway`: nothing was stored.
        """
        try:
            with self.writer.transaction() as transaction:
                self.lists.refresh(transaction)
                batch = _Batch(transaction.known({one.key for order in orders for one in order.payments}))
                for order in orders:
                    batch.take(order)
                records = self._judge_new(transaction, list(batch.new.values()))
        except BaseException:
            self.forget()
            raise
        self.memory.shrink()
        return [batch.outcome(order, records) for order in orders]

    def take_labels(self) -> int:
        """Put labels that came in on their payments; returns how many."""
        try:
            with self.writer.transaction() as transaction:
                changed = transaction.take_labels()
                self.memory.labels_came(changed)
        except BaseException:
            self.forget()
            raise
        return len(changed)

    def load(self, history: History) -> Loaded:
        """Store earlier payments without judging them, each once; labels go on those that are known.

        Raises `PaymentStoreAway`: nothing was stored.
        """
        rows = history.rows()
        try:
            with self.writer.transaction() as transaction:
                known = transaction.known({(row.owner, row.transaction_id) for row in rows})
                new = [row for row in rows if (row.owner, row.transaction_id) not in known]
                labels = [
                    (row.transaction_id, row.label)
                    for row in rows
                    if row.label != UNKNOWN_LABEL and (row.owner, row.transaction_id) in known
                ]
                if new:
                    transaction.add(new)
                transaction.relabel(history.owner, labels)
        finally:
            self.forget()  # windows are read anew, with what is stored now
        return Loaded(added=len(new), known=len(rows) - len(new), labelled=len(labels))

    def forget(self) -> None:
        """Trust the store alone: what is in memory may not be there."""
        self.memory.clear()
        self._last = None

    def _judge_new(self, transaction: StoreTransaction, new: list[Incoming]) -> dict[tuple[str, str], str]:
        if not new:
            return {}
        model, records, rows = self._model(), {}, []
        sequence, digest = self._last or transaction.last_of_audit()
        payments = [one.row for one in new]
        owners: dict[str, list[Incoming]] = {}
        for one in new:
            owners.setdefault(one.owner, []).append(one)
        for owner, own in owners.items():
            self.memory.of(owner, transaction).recall([one.seen for one in own], StoredHistory(transaction, owner))
        transaction.add(payments)
        for owner, own in owners.items():
            run_id, lists, now = self._run_of(owner), self.lists.of(owner), datetime.now(UTC)
            for one, judgement in zip(own, self._judgements(model, owner, own, transaction), strict=True):
                sequence += 1
                facts = _facts(one, judgement)
                hits = self._book.evaluate(facts) + lists.hits(facts, now)
                record = canonical(_record(sequence, one, run_id, model, judgement, hits))
                previous, digest = digest, chained(digest, record)
                rows.append(AuditRow(sequence, owner, one.row.transaction_id, run_id, record, previous, digest))
                records[one.key] = record
        transaction.append(rows)
        self._last = (sequence, digest)
        return records

    def _judgements(
        self, model: Model, owner: str, own: list[Incoming], transaction: StoreTransaction
    ) -> list[Judgement]:
        memory = self.memory.of(owner, transaction)
        totals = memory.count([one.seen for one in own])
        rows = _columns(own)
        histories = [memory.history_at(one.row.time_us) for one in own]
        return judge_live(model, rows, features_of(rows, totals), histories)


class _Batch:
    """What a micro-batch holds: payments that are new, and orders that are refused."""

    def __init__(self, known: Mapping[tuple[str, str], KnownPayment]) -> None:
        self.known = known
        self.new: dict[tuple[str, str], Incoming] = {}
        self._refused: dict[int, ScoringProblem] = {}
        self._first: dict[tuple[str, str], int] = {}

    def take(self, order: Order) -> None:
        """Take an order's payments that are not known; refuse it whole when one contradicts what is known."""
        own: dict[tuple[str, str], Incoming] = {}
        clashes = []
        for one in order.payments:
            there = self._contents(one.key) or (own[one.key].row.contents_sha256 if one.key in own else None)
            if there is None:
                own[one.key] = one
            elif there != one.row.contents_sha256:
                clashes.append(one.row.transaction_id)
        if clashes:
            self._refused[id(order)] = _conflict(clashes)
            return
        for key, one in own.items():
            self.new[key] = one
            self._first[key] = id(order)

    def outcome(self, order: Order, records: Mapping[tuple[str, str], str]) -> Outcome:
        """What an order gets, now that everything is stored."""
        if problem := self._refused.get(id(order)):
            return problem
        elapsed = round((time.perf_counter() - order.taken) * 1000, 3)
        verdicts, told = [], set()
        for one in order.payments:
            new = self._first.get(one.key) == id(order) and one.key not in told
            told.add(one.key)
            record = records.get(one.key) or self.known[one.key].record
            if record is None:
                return _imported(one.row.transaction_id)
            verdicts.append(verdict_of(record, latency_ms=elapsed, repeated=not new))
        return verdicts

    def _contents(self, key: tuple[str, str]) -> str | None:
        if key in self.known:
            return self.known[key].contents_sha256
        return self.new[key].row.contents_sha256 if key in self.new else None


def _conflict(ids: Sequence[str]) -> ScoringProblem:
    named = list(dict.fromkeys(ids))
    shown = ", ".join(f"{name!a}" for name in named[:MOST_NAMED]) + (" …" if len(named) > MOST_NAMED else "")
    return ScoringProblem(
        409,
        "transaction-differs",
        f"These transaction ids were judged before with other contents: {shown}. Nothing of this request was counted. "
        "An id stands for one payment: send a changed one under an id of its own.",
        extra={"transaction_ids": named},
    )


def _imported(transaction_id: str) -> ScoringProblem:
    return ScoringProblem(
        409,
        "transaction-known",
        f"{transaction_id!a} is in the store as history, without a verdict: it happened before this scorer judged.",
        extra={"transaction_ids": [transaction_id]},
    )


def _columns(payments: Sequence[Incoming]) -> Transactions:
    rows = [one.row for one in payments]

    def text(values: list[str]) -> "np.ndarray[Any, np.dtype[np.object_]]":
        return np.array(values, dtype=object)

    return Transactions(
        transaction_id=text([row.transaction_id for row in rows]),
        time=np.array([row.time_us for row in rows], np.int64).astype("datetime64[us]"),
        customer=text([row.customer_id for row in rows]),
        terminal=text([row.terminal_id for row in rows]),
        amount=np.array([row.amount_minor for row in rows], np.int64),
        currency=text([row.currency for row in rows]),
        label=np.array([row.label for row in rows], np.int8),
        device=text([row.device for row in rows]),
        country=text([row.country for row in rows]),
    )


def _facts(one: Incoming, judgement: Judgement) -> Facts:
    """What rules may ask about: features, and what the payment says."""
    return {
        **judgement.features,
        "currency": one.row.currency,
        "country": one.row.country,
        "channel": normalised(one.transaction.channel or ""),
        "device": one.row.device,
        "ip": normalised(one.transaction.ip or ""),
        "customer_id": one.row.customer_id,
        "merchant_or_terminal_id": one.row.terminal_id,
    }


def _record(
    sequence: int, one: Incoming, run_id: str, model: Model, judgement: Judgement, hits: tuple[RuleHit, ...]
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "sequence": sequence,
        "owner": one.owner,
        "transaction_id": one.row.transaction_id,
        "contents_sha256": one.row.contents_sha256,
        "payment": json.loads(one.row.given),
        "given_at": datetime.now(UTC).isoformat(),
        "run_id": run_id,
        "model": model.audited,
        "history": judgement.history,
        "features": judgement.features,
        "features_as_of": one.transaction.contents[1].isoformat(),
        "score": judgement.score,
        "model_decision": judgement.decision,
        "rules": [hit.model_dump() for hit in hits],
        "decision": decide(judgement.decision, hits),
        "reasons": [reason.model_dump() for reason in judgement.reasons],
    }
