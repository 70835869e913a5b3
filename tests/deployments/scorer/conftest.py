"""A payment store on PostgreSQL and on SQLite, and what scores into it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from blocks.payment_store import PaymentStore, Writer
from deployments.scorer.batch import Order
from deployments.scorer.scoring import Scoring
from models.fraud.rules import default_rules
from tasks.fraud.detector import shipped_detector
from tasks.fraud.live import Model
from tasks.fraud.transaction import Transaction

RUN = "00000000-0000-4000-8000-000000000001"
START = datetime(2026, 6, 1, 12, tzinfo=UTC)


def transaction(name: str, minutes: float = 0, **changes: Any) -> Transaction:
    return Transaction.model_validate(
        {
            "transaction_id": name,
            "time": START + timedelta(minutes=minutes),
            "amount": "12.10",
            "currency": "EUR",
            "customer_id": "customer-1",
            "terminal_id": "terminal-1",
            **changes,
        }
    )


def order(*transactions: Transaction, owner: str = "local") -> Order:
    return Order.of(owner, transactions)


@pytest.fixture(params=["postgresql", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PaymentStore:
    """An empty store, which is the default one too."""
    sqlite = f"sqlite:///{tmp_path / 'payments.db'}"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("database_url")
    monkeypatch.setenv("WAREHOUSE_URL", url)
    made = PaymentStore(url)
    made.migrate()
    return made


@pytest.fixture
def scoring_on(store: PaymentStore) -> Iterator[Callable[[], Scoring]]:
    """Makes a scorer that starts now, as after a restart; the one before lets go of the store."""
    made: list[Scoring] = []

    def start() -> Scoring:
        for earlier in made:
            earlier.writer.close()
        made.append(Scoring(Writer(store), lambda _: RUN, lambda: Model(shipped_detector(), None), default_rules()))
        return made[-1]

    yield start
    for earlier in made:
        earlier.writer.close()


@pytest.fixture
def scoring(scoring_on: Callable[[], Scoring]) -> Scoring:
    return scoring_on()
