"""The audit tells what was changed, and gives the same verdict again."""

import json

import pytest
import sqlalchemy as sa
from sqlalchemy import text
from typer.testing import CliRunner

from blocks.model_registry import ModelRegistry
from blocks.payment_store import PaymentStore
from blocks.warehouse.engine import engine_for
from deployments.cli import app
from deployments.scorer.model_in_use import ModelInUse
from deployments.scorer.scoring import Scoring
from models.fraud.detector import load_detector
from tasks.fraud.audit import AuditError, chained, replay, verify
from tasks.fraud.detector import MODEL

from .conftest import order, transaction

pytestmark = pytest.mark.fraud


@pytest.fixture
def audited(scoring: Scoring, store: PaymentStore) -> PaymentStore:
    """A store with five verdicts."""
    for number in range(5):
        scoring.judge([order(transaction(f"t{number}", minutes=number, amount=f"{number * 100 + 1}.50"))])
    return store


def opened(store: PaymentStore) -> sa.Engine:
    """The store without what refuses changes, as someone with the database's password could make it."""
    engine = engine_for(store.url)
    with engine.begin() as connection:
        if store.is_sqlite:
            for event in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER payment_verdicts_no_{event}"))
        else:
            connection.execute(text("ALTER TABLE payment_verdicts DISABLE TRIGGER ALL"))
    return engine


def test_an_untouched_chain_verifies(audited: PaymentStore) -> None:
    count, digest = verify(audited.audit())
    assert count == 5
    assert digest == list(audited.audit())[-1].digest


@pytest.mark.parametrize("change", ["UPDATE payment_verdicts SET record = 'x'", "DELETE FROM payment_verdicts"])
def test_the_database_refuses_changes(audited: PaymentStore, change: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine_for(audited.url).begin() as connection:
        connection.execute(text(change))
    assert verify(audited.audit())[0] == 5


def test_a_score_that_was_changed_is_found(audited: PaymentStore) -> None:
    row = list(audited.audit())[2]
    said = json.loads(row.record) | {"score": 0.0, "decision": "approve"}
    forged = json.dumps(said, sort_keys=True, separators=(",", ":"))
    with opened(audited).begin() as connection:
        values = {"record": forged, "digest": chained(row.previous, forged), "sequence": row.sequence}
        change = "UPDATE payment_verdicts SET record = :record, digest = :digest WHERE sequence = :sequence"
        connection.execute(text(change), values)
    with pytest.raises(AuditError, match="record 4"):  # its own digest was forged too: the next one tells
        verify(audited.audit())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DELETE FROM payment_verdicts WHERE sequence = 2", "record 2 is missing"),
        ("DELETE FROM payment_verdicts WHERE sequence = 1", "record 1 is missing"),
        ("UPDATE payment_verdicts SET run_id = 'other' WHERE sequence = 3", "record 3"),
        ("UPDATE payment_verdicts SET record = replace(record, 'EUR', 'USD') WHERE sequence = 5", "record 5"),
    ],
)
def test_what_was_taken_out_or_moved_is_found(audited: PaymentStore, change: str, said: str) -> None:
    with opened(audited).begin() as connection:
        connection.execute(text(change))
    with pytest.raises(AuditError, match=said):
        verify(audited.audit())


def test_a_verdict_is_replayed_to_the_last_bit(audited: PaymentStore) -> None:
    for row in audited.audit():
        kept, again = replay(row)
        assert kept == again


@pytest.mark.usefixtures("prefect_api")
def test_a_promoted_champion_judges_next_and_is_found_again_by_its_verdict(
    store: PaymentStore, scoring: Scoring, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_use = ModelInUse()
    monkeypatch.setattr(scoring, "_model", lambda: in_use.model)
    scoring.judge([order(transaction("before"))])
    shipped = load_detector()
    raised = shipped.card.model_copy(update={"version": "next-1"})
    files = type(shipped)(raised, shipped.boosters).save(tmp_path / "next")
    registry = ModelRegistry.default()
    version = registry.register(
        MODEL, {file.name: file for file in files}, metrics={}, data_digest="0" * 64, code_version="test"
    )
    registry.promote(MODEL, version.version)
    in_use.look()
    [outcome] = scoring.judge([order(transaction("after", minutes=1))])
    assert isinstance(outcome, list)
    assert outcome[0].model_version == "next-1"
    [row] = store.audit_of("after")
    assert json.loads(row.record)["model"]["registry_version"] == version.version
    assert len({*replay(row)}) == 1


def test_a_model_that_is_gone_is_said_to_be(audited: PaymentStore) -> None:
    row = next(iter(audited.audit()))
    said = json.loads(row.record)
    said["model"]["weights_sha256"] = "0" * 64
    with pytest.raises(AuditError, match="restore the release"):
        replay(row._replace(record=json.dumps(said)))


def test_the_command_line_verifies_and_replays(audited: PaymentStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")  # the store is the environment's, no stack's
    ran = CliRunner().invoke(app, ["fraud", "audit"])
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.startswith("5 ")
    assert CliRunner().invoke(app, ["fraud", "replay", "t3"]).exit_code == 0
    assert CliRunner().invoke(app, ["fraud", "replay", "nobody"]).exit_code == 5
    with opened(audited).begin() as connection:
        connection.execute(text("DELETE FROM payment_verdicts WHERE sequence = 4"))
    broken = CliRunner().invoke(app, ["fraud", "audit"])
    assert broken.exit_code == 5
    assert "record 4 is missing" in broken.output
