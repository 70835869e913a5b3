"""A payment is stored, judged and audited once, whatever comes how often and in which order."""

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import text

from blocks.payment_store import PaymentStore, PaymentStoreAway, PaymentStoreTaken, Writer
from blocks.warehouse.engine import engine_for
from deployments.scorer.batch import Order
from deployments.scorer.history import History, Loaded
from deployments.scorer.incoming import Incoming, columns_of, microseconds
from deployments.scorer.problem import ScoringProblem
from deployments.scorer.scoring import Scoring
from models.fraud.features import FEATURES, point_in_time
from models.fraud.rules import All, Comparison, Rule, RuleBook
from models.fraud.simulator import example_batch
from models.fraud.transactions import Transactions
from tasks.fraud.detector import shipped_detector
from tasks.fraud.live import Model
from tasks.fraud.live_verdict import LiveVerdict
from tasks.fraud.transaction import Transaction

from .conftest import RUN, START, order, transaction

pytestmark = pytest.mark.fraud


def verdicts(outcome: object) -> list[LiveVerdict]:
    assert isinstance(outcome, list), outcome
    return outcome


def test_a_payment_is_judged_stored_and_audited(scoring: Scoring, store: PaymentStore) -> None:
    [outcome] = scoring.judge([order(transaction("t1", amount="812.00", note="=1+1", channel="online"))])
    [verdict] = verdicts(outcome)
    assert (verdict.transaction_id, verdict.run_id, verdict.repeated) == ("t1", RUN, False)
    assert verdict.decision in {"review", "block"}
    assert verdict.reasons[0].text == "amount 812.00 EUR"
    [row] = list(store.audit())
    said = json.loads(row.record)
    assert (row.sequence, row.previous, said["score"]) == (1, "", pytest.approx(verdict.score, abs=1e-6))
    assert set(said["features"]) == set(FEATURES)
    assert json.loads(store.given("local", ["t1"])["t1"])["note"] == "=1+1"


def test_the_same_payment_again_gets_its_verdict_and_counts_once(scoring_on: Callable[[], Scoring]) -> None:
    scoring = scoring_on()
    [first] = verdicts(scoring.judge([order(transaction("t1"))])[0])
    again, twice = scoring.judge([order(transaction("t1")), order(transaction("t1"), transaction("t1"))])
    restarted = scoring_on()
    [after] = restarted.judge([order(transaction("t1"))])
    for repeat in (*verdicts(again), *verdicts(twice), *verdicts(after)):
        assert repeat.repeated
        assert (repeat.score, repeat.reasons, repeat.run_id) == (first.score, first.reasons, first.run_id)
    [next_one] = verdicts(restarted.judge([order(transaction("t2", minutes=1))])[0])
    assert not next_one.repeated
    assert features_of(restarted, "t2")["customer_count_1d"] == 1


def features_of(scoring: Scoring, name: str) -> dict[str, float]:
    with scoring.writer.transaction() as stored:
        record = stored.known([("local", name)])["local", name].record
    assert record is not None
    found: dict[str, float] = json.loads(record)["features"]
    return found


def test_one_micro_batch_with_the_same_payment_twice_counts_it_once(scoring: Scoring, store: PaymentStore) -> None:
    first, second = scoring.judge([order(transaction("t1")), order(transaction("t1"))])
    assert [verdict.repeated for verdict in (*verdicts(first), *verdicts(second))] == [False, True]
    assert len(list(store.audit())) == 1


@pytest.mark.parametrize(
    "changed", [{"amount": "12.11"}, {"customer_id": "c2"}, {"device": "other"}, {"ip": "203.0.113.9"}, {"minutes": 1}]
)
def test_an_id_with_other_contents_refuses_the_whole_request_alone(
    scoring: Scoring, store: PaymentStore, changed: dict[str, object]
) -> None:
    scoring.judge([order(transaction("t1"))])
    refused, other = scoring.judge(
        [order(transaction("new"), transaction("t1", **changed)), order(transaction("t3", minutes=2))]
    )
    assert isinstance(refused, ScoringProblem)
    assert (refused.status, refused.extra["transaction_ids"]) == (409, ["t1"])
    assert len(verdicts(other)) == 1
    assert [row.transaction_id for row in store.audit()] == ["t1", "t3"]
    assert features_of(scoring, "t3")["customer_count_1d"] == 1  # `new` was not counted


def test_rules_count_beside_the_score_and_are_audited(store: PaymentStore) -> None:
    first = Comparison(field="customer_count_1d", op="=", value=0)
    there = All(all=(Comparison(field="country", op="=", value="XX"), first))
    embargo = Rule(name="embargo", version=3, outcome="block", when=there, text="no payments from there")
    with Writer(store) as writer:
        scoring = Scoring(writer, lambda _: RUN, lambda: Model(shipped_detector(), None), RuleBook(rules=(embargo,)))
        [outcome] = scoring.judge([order(transaction("t1", country="xx"), transaction("t2", country="DE"))])
    stopped, passed = verdicts(outcome)
    assert (stopped.decision, stopped.rules_hit, stopped.rules[0].version) == ("block", ("embargo",), "3")
    assert (passed.decision, passed.rules_hit) == ("approve", ())
    said = json.loads(next(iter(store.audit())).record)
    assert (said["model_decision"], said["decision"], said["rules"][0]["rule"]) == ("approve", "block", "embargo")


def test_the_shipped_rules_see_velocity(scoring: Scoring) -> None:
    small = [transaction(f"t{n}", minutes=n / 10, amount="1.00", terminal_id=f"shop-{n}") for n in range(21)]
    [outcome] = scoring.judge([order(*small)])
    assert verdicts(outcome)[0].rules_hit == ()
    assert "burst" in verdicts(outcome)[-1].rules_hit
    assert verdicts(outcome)[-1].decision == "block"


def test_an_id_in_two_spellings_is_one(scoring: Scoring) -> None:
    [first] = verdicts(scoring.judge([order(transaction("cafe\u0301"))])[0])
    [second] = verdicts(scoring.judge([order(transaction("caf\u00e9"))])[0])
    assert second.repeated
    assert second.transaction_id == first.transaction_id


def test_owners_share_neither_ids_nor_customers(scoring: Scoring) -> None:
    scoring.judge([order(transaction("t1"), owner="a")])
    [outcome] = scoring.judge([order(transaction("t1", amount="99.00", minutes=5), owner="b")])
    assert not verdicts(outcome)[0].repeated
    with scoring.writer.transaction() as stored:
        record = stored.known([("b", "t1")])["b", "t1"].record
    assert json.loads(record or "")["features"]["customer_count_1d"] == 0


def test_verdicts_rest_on_the_batch_s_features_across_restarts_and_late_payments(
    scoring_on: Callable[[], Scoring],
) -> None:
    rows = [Transaction.model_validate(row) for row in example_batch(3, rows=40)]
    shuffled = [rows[place] for place in np.random.default_rng(0).permutation(len(rows))]
    told: list[Incoming] = []
    for start in range(0, len(shuffled), 8):
        scoring = scoring_on()
        part = order(*shuffled[start : start + 8])
        verdicts(scoring.judge([part])[0])
        table = point_in_time(columns_of(list(part.payments)), columns_of(told) if told else None)
        told += part.payments
        for place, payment in enumerate(part.payments):
            audited = features_of(scoring, payment.row.transaction_id)
            found = [np.nan if value is None else value for value in (audited[name] for name in FEATURES)]
            np.testing.assert_array_equal(found, table.values[place])


def test_labels_move_a_terminal_s_risk_once_they_are_a_week_old(scoring: Scoring, store: PaymentStore) -> None:
    for number in range(4):
        scoring.judge([order(transaction(f"t{number}", minutes=number))])
    store.label("local", [("t0", True), ("t1", False), ("unknown", True)], "analyst")
    assert scoring.take_labels() == 2
    assert scoring.take_labels() == 0
    day = 24 * 60
    scoring.judge([order(transaction("early", minutes=6 * day), transaction("late", minutes=7.5 * day))])
    assert features_of(scoring, "early")["terminal_risk_30d"] is None
    assert features_of(scoring, "late")["terminal_risk_30d"] == 0.5
    with scoring.writer.transaction() as stored:
        record = stored.known([("local", "late")])["local", "late"].record
    assert json.loads(record or "")["history"] == "labelled"


def test_earlier_payments_fill_windows_without_verdicts(scoring: Scoring, store: PaymentStore) -> None:
    past = [replace_label(order(transaction(f"p{number}", minutes=number)), number % 2) for number in range(4)]
    rows = Transactions.concatenate(past)
    [part] = History.parts("local", rows)
    assert scoring.load(part) == Loaded(added=4, known=0, labelled=0)
    assert scoring.load(part) == Loaded(added=0, known=4, labelled=4)
    scoring.judge([order(transaction("t1", minutes=10 * 24 * 60))])
    found = features_of(scoring, "t1")
    assert (found["customer_count_30d"], found["terminal_risk_30d"]) == (4, 0.5)
    refused, judged = scoring.judge([order(transaction("new"), transaction("p0")), order(transaction("p9", minutes=9))])
    assert isinstance(refused, ScoringProblem)
    assert (refused.status, refused.kind, refused.extra["transaction_ids"]) == (409, "transaction-known", ["p0"])
    assert len(verdicts(judged)) == 1
    assert [row.transaction_id for row in store.audit()][1:] == ["p9"]  # nothing of the refused request was counted
    assert store.given("local", ["new"]) == {}


def replace_label(told: Order, label: int) -> Transactions:
    rows = columns_of(list(told.payments))
    return replace(rows, label=np.full(len(rows), label, np.int8))


def test_the_store_has_one_writer(scoring: Scoring, store: PaymentStore) -> None:
    with pytest.raises(PaymentStoreTaken):
        Writer(store)
    scoring.writer.close()
    Writer(store).close()


def test_a_table_that_grows_is_not_read_whole_for_each_payment(database_url: str) -> None:
    store = PaymentStore(database_url)
    store.migrate()
    with Writer(store) as writer, writer.transaction() as transaction:
        query = "EXPLAIN SELECT * FROM fraud_list_entries WHERE revision > 0 ORDER BY revision"
        plan = transaction.connection.exec_driver_sql(query).scalars().all()
    assert not [step for step in plan if "Seq Scan" in step], plan


def test_what_was_not_committed_is_not_remembered(scoring: Scoring, store: PaymentStore) -> None:
    scoring.judge([order(transaction("t1"))])
    engine = engine_for(store.url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE payment_verdicts RENAME TO hidden"))
    with pytest.raises(PaymentStoreAway):
        scoring.judge([order(transaction("t2", minutes=1))])
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE hidden RENAME TO payment_verdicts"))
    scoring.judge([order(transaction("t3", minutes=2))])
    assert features_of(scoring, "t3")["customer_count_1d"] == 1
    assert [row.sequence for row in store.audit()] == [1, 2]


def test_microseconds_are_exact() -> None:
    moment = START.replace(microsecond=999_999)
    assert np.int64(microseconds(moment)).astype("datetime64[us]") == np.datetime64(moment.replace(tzinfo=None), "us")
