"""A case: an alert with what lies around it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.alert_store import Alert, AlertEvent, AlertStore
from blocks.payment_store import PaymentStore
from blocks.payment_store.lookup import StoredPayment, newest_meeting, newest_of_customer
from blocks.warehouse import Warehouse
from tasks.run_owner import current_owner

MOST_PAYMENTS: Final = 10_000
MOST_MET: Final = 5_000
AROUND: Final = timedelta(days=30)
NODES: Final = {"trading": "account", "network": "host"}
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class CasePayment:
    """A payment as a case shows it; score and decision are None for one that was never judged."""

    transaction_id: str
    time: datetime
    customer_id: str
    terminal_id: str
    amount_minor: int
    currency: str
    device: str = ""
    country: str = ""
    score: float | None = None
    decision: str | None = None
    flagged: bool = False


class CaseFile:
    """What is known of a case. `links` join two names: (kind and name, kind and name, how often or how much).

    A plain class, for Prefect searches every value inside a dataclass that is passed to a task for futures.
    """

    def __init__(self, alert: Alert, sources: list[str], history: list[AlertEvent]) -> None:
        self.alert = alert
        self.sources = frozenset(sources)
        self.history = history
        self.payments: list[CasePayment] = []
        self.links: list[tuple[str, str, float]] = []
        self.warnings: list[str] = []

    @property
    def sha256(self) -> str:
        """Digest of all that is shown."""
        return hashlib.sha256(repr((self.alert, self.history, self.payments, self.links)).encode()).hexdigest()

    @property
    def when(self) -> str:
        """From when to when, to the minute."""
        first, last = (f"{time:%Y-%m-%d %H:%M}" for time in (self.alert.first_seen, self.alert.last_seen))
        return f"{first} UTC" if first == last else f"{first} to {last} UTC"

    @property
    def top(self) -> dict[str, Any]:
        """The evidence of the highest score."""
        return self.alert.evidence[0] if self.alert.evidence else {}


@task(
    name="read-case",
    description="The alert, its history, and the payments around it.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=2,
    retry_delay_seconds=1,
    retry_condition_fn=lambda _task, _run, state: "NoSuchAlert" not in str(state.message),
)
def read_case(alert_id: str) -> CaseFile:
    """The case of an alert. Raises `NoSuchAlert` (also for another owner's), `BlockError` when a store is away."""
    alerts = AlertStore.default()
    alert = alerts.alert(alert_id, current_owner())
    case = CaseFile(alert, alerts.sources(alert_id), alerts.history(alert_id))
    if alert.kind == "transaction":
        _read_payments(case)
    else:
        what = NODES[alert.kind]
        case.links = [
            (f"{what} {giver}", f"{what} {taker}", float(amount))
            for one in alert.evidence
            for giver, taker, amount in one.get("edges", ())
        ]
    return case


def _read_payments(case: CaseFile) -> None:
    store, owner = PaymentStore.default(), case.alert.owner
    customer = case.alert.subject.removeprefix("customer ")
    stored = [_payment(one) for one in newest_of_customer(store, owner, customer, MOST_PAYMENTS)]
    known = {one.transaction_id for one in stored}
    published = [one for one in _published(case, customer) if one.transaction_id not in known]
    found = sorted([*stored, *published], key=lambda one: one.time)
    if len(found) >= MOST_PAYMENTS:
        case.warnings.append(f"The customer has more payments: the newest {MOST_PAYMENTS:,} are shown.")
    case.payments = [replace(one, flagged=one.transaction_id in case.sources) for one in found]
    case.links = _links(store, case, customer, [one for one in case.payments if one.flagged])


def _published(case: CaseFile, customer: str) -> Iterable[CasePayment]:
    """The customer's payments in the files that the alert came from."""
    from sqlalchemy import select  # noqa: PLC0415 - SQLAlchemy where it is used

    from blocks.warehouse.tables import transaction_verdicts  # noqa: PLC0415

    verdict = transaction_verdicts.c
    runs = sorted({str(one["run_id"]) for one in case.alert.evidence if "run_id" in one})
    query = select(transaction_verdicts).where(verdict.customer_id == customer, verdict.run_id.in_(runs))
    rows = Warehouse.default().read(query.order_by(verdict.time.desc()).limit(MOST_PAYMENTS))
    for row in {row["transaction_id"]: row for row in rows}.values():
        yield CasePayment(**{name: row[name] for name in CasePayment.__dataclass_fields__ if name in row})


def _links(
    store: PaymentStore, case: CaseFile, customer: str, flagged: list[CasePayment]
) -> list[tuple[str, str, float]]:
    """Who met the flagged payments: at their terminals those who were flagged there too, with their devices anybody."""
    terminals = {one.terminal_id for one in flagged} - {""}
    devices = {one.device for one in flagged} - {""}
    own = flagged
    if flagged:
        since_us = (min(one.time for one in flagged) - AROUND - EPOCH) // timedelta(microseconds=1)
        met = newest_meeting(
            store, case.alert.owner, terminals=terminals, devices=devices, since_us=since_us, most=MOST_MET
        )
        if len(met) >= MOST_MET:
            case.warnings.append(f"Many paid there: of who is connected the newest {MOST_MET:,} payments are known.")
        others = [one for one in map(_payment, met) if one.customer_id != customer]
        own = [*flagged, *(one for one in others if one.device in devices or one.decision in {"review", "block"})]
    counted: dict[tuple[str, str], float] = {}
    for one in own:
        for kind, name, meant in (("terminal", one.terminal_id, terminals), ("device", one.device, devices)):
            if name in meant:
                pair = (f"customer {one.customer_id}", f"{kind} {name}")
                counted[pair] = counted.get(pair, 0) + 1
    return [(*pair, times) for pair, times in counted.items()]


def _payment(stored: StoredPayment) -> CasePayment:
    said = json.loads(stored.record) if stored.record else {}
    return CasePayment(
        transaction_id=stored.transaction_id,
        time=EPOCH + timedelta(microseconds=stored.time_us),
        customer_id=stored.customer_id,
        terminal_id=stored.terminal_id,
        amount_minor=stored.amount_minor,
        currency=stored.currency,
        device=stored.device,
        country=stored.country,
        score=said.get("score"),
        decision=said.get("decision"),
    )
