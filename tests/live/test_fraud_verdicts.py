"""Scorer and gateway killed while payments come in: what was answered is stored, once, and recorded by its run."""

import json
import threading
import time
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from blocks.payment_store import PaymentStore
from blocks.warehouse.tables import payments, transaction_verdicts
from tasks.fraud.audit import verify
from tests.live.conftest import Stack, eventually
from tests.live.test_resilience import kill

pytestmark = [pytest.mark.stack, pytest.mark.resilience, pytest.mark.fraud]


class Traffic(threading.Thread):
    """Sends payments one after the other, each until it is answered, and keeps what was answered."""

    def __init__(self, stack: Stack, name: str) -> None:
        super().__init__(daemon=True)
        self.url = f"{stack.gateway}/api/v1/fraud/analyze"
        self.label = name
        self.answered: dict[str, dict[str, Any]] = {}
        self.refusals: set[int] = set()
        self.stopping = threading.Event()

    def run(self) -> None:
        with httpx.Client(timeout=5) as client:
            number = 0
            while not self.stopping.is_set():
                number += 1
                self.send(client, f"{self.label}-{number}")

    def send(self, client: httpx.Client, name: str) -> None:
        payment = {
            "transaction_id": name,
            "time": "2026-06-29T03:40:46Z",
            "amount": "10.00",
            "currency": "EUR",
            "customer_id": self.label,
            "terminal_id": "t",
        }
        while True:
            try:
                answer = client.post(self.url, json={"transactions": [payment]})
            except httpx.TransportError:
                time.sleep(0.05)  # the gateway was killed: a caller comes back
                continue
            if answer.status_code == 200:
                [self.answered[name]] = answer.json()["verdicts"]
                return
            self.refusals.add(answer.status_code)
            assert answer.status_code == 503, answer.text
            time.sleep(0.05)


@pytest.mark.timeout(240)
def test_killing_scorer_and_gateway_loses_no_verdict(stack: Stack) -> None:
    senders = [Traffic(stack, f"sender-{number}") for number in range(4)]
    for sender in senders:
        sender.start()

    def all_go_on() -> None:
        counts = [len(sender.answered) for sender in senders]
        eventually(lambda: all(len(s.answered) > n + 5 for s, n in zip(senders, counts, strict=True)), every=0.02)

    for program in ("scorer", "gateway", "scorer"):
        all_go_on()
        kill(stack, program)
    all_go_on()
    for sender in senders:
        sender.stopping.set()
    for sender in senders:
        sender.join()

    answered = {name: verdict for sender in senders for name, verdict in sender.answered.items()}
    environment = json.loads((stack.home / "stack.json").read_text())["environment"]
    store = PaymentStore(environment["WAREHOUSE_URL"])
    verify(store.audit())
    kept = [row for row in store.audit() if row.transaction_id.startswith("sender-")]
    assert sorted(row.transaction_id for row in kept) == sorted(answered)  # each once, none that was not answered
    for row in kept:
        said, given = json.loads(row.record), answered[row.transaction_id]
        assert (round(said["score"], 6), row.run_id) == (given["score"], given["run_id"])
    with store.reading() as connection:
        count = sa.select(sa.func.count()).where(payments.c.transaction_id.like("sender-%"))
        assert connection.scalar(count) == len(answered)

    runs = stack.wait_until_final(sorted({verdict["run_id"] for verdict in answered.values()}))
    assert {run["state_type"] for run in runs.values()} == {"COMPLETED"}
    with store.reading() as connection:
        columns = (transaction_verdicts.c.run_id, transaction_verdicts.c.transaction_id)
        recorded = connection.execute(sa.select(*columns).where(columns[1].like("sender-%"))).all()
    assert sorted((row[1], row[0]) for row in recorded) == sorted((n, v["run_id"]) for n, v in answered.items())
