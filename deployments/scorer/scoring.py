"""One micro-batch in one transaction: store the payments, judge them, chain the verdicts to the audit, commit."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from blocks.payment_store import AuditRow, Writer
from blocks.payment_store.writer import Transaction as StoreTransaction
from deployments.scorer.batch import Batch, Key, Order, Outcome
from deployments.scorer.history import History, Loaded
from deployments.scorer.incoming import Incoming, columns_of
from deployments.scorer.known_lists import KnownLists
from deployments.scorer.memory import Memory, StoredHistory
from deployments.scorer.record import facts_of, record_of
from models.fraud.features import features_of
from models.fraud.rules import RuleBook
from models.fraud.transactions import UNKNOWN_LABEL
from tasks.fraud.audit import chained
from tasks.fraud.live import Judgement, Model, judge_live


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
        with self._transaction() as transaction:
            self.lists.refresh(transaction)
            batch = Batch(orders, transaction.known({one.key for order in orders for one in order.payments}))
            records = self._judge_new(transaction, list(batch.new.values()))
        self.memory.shrink()
        return batch.outcomes(records)

    def take_labels(self) -> int:
        """Put labels that came in on their payments; returns how many."""
        with self._transaction() as transaction:
            changed = transaction.take_labels()
            self.memory.labels_came(changed)
        return len(changed)

    def load(self, history: History) -> Loaded:
        """Store earlier payments without judging them, each once; labels go on those that are known.

        Raises `PaymentStoreAway`: nothing was stored.
        """
        rows = history.rows()
        with self._transaction() as transaction:
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
        self._forget()  # windows are read anew, with what is stored now
        return Loaded(added=len(new), known=len(rows) - len(new), labelled=len(labels))

    @contextmanager
    def _transaction(self) -> Iterator[StoreTransaction]:
        """A transaction of the store; memory keeps nothing of one that failed."""
        try:
            with self.writer.transaction() as transaction:
                yield transaction
        except BaseException:
            self._forget()
            raise

    def _forget(self) -> None:
        """Trust the store alone: what is in memory may not be there."""
        self.memory.clear()
        self._last = None

    def _judge_new(self, transaction: StoreTransaction, new: list[Incoming]) -> dict[Key, str]:
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
                facts = facts_of(one, judgement)
                hits = self._book.evaluate(facts) + lists.hits(facts, now)
                record = record_of(sequence, one, run_id, model, judgement, hits)
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
        rows = columns_of(own)
        histories = [memory.history_at(one.row.time_us) for one in own]
        return judge_live(model, rows, features_of(rows, totals), histories)
