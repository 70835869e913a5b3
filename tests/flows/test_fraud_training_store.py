"""Training on what was judged here: labels of decided alerts are learned from."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from blocks.alert_store import AlertSignal, AlertStore
from blocks.payment_store import PaymentStore, Writer
from deployments.scorer.history import History
from deployments.scorer.scoring import Scoring
from flows import FraudTrainingRequest, train_fraud_detector
from models.fraud.rules import default_rules
from models.fraud.simulator import simulate
from models.fraud.transactions import UNKNOWN_LABEL
from tasks.fraud.detector import shipped_detector
from tasks.fraud.live import Model
from tasks.fraud.training_store import load_stored

pytestmark = pytest.mark.fraud


@pytest.mark.usefixtures("prefect_api")
def test_decided_alerts_and_loaded_labels_train_a_detector() -> None:
    rows = simulate(customers=300, terminals=300, days=52, seed=9).transactions
    frauds = np.flatnonzero(rows.label == 1)
    hidden = np.where(np.isin(np.arange(len(rows)), [*frauds[:2], 0]), UNKNOWN_LABEL, rows.label).astype(np.int8)
    confirmed, missed = (str(rows.transaction_id[row]) for row in frauds[:2])
    store = PaymentStore.default()
    store.migrate()
    with Writer(store) as writer:
        scoring = Scoring(writer, lambda _: "0" * 36, lambda: Model(shipped_detector(), None), default_rules())
        for part in History.parts("local", replace(rows, label=hidden)):
            scoring.load(part)
        scoring.load(next(History.parts("somebody", rows[:10])))
        found = AlertSignal("transaction", confirmed, "customer c", "wrong", 0.9, datetime.now(UTC), {})
        [alert] = AlertStore.default().raise_alerts("local", [found])
        AlertStore.default().change(alert.alert_id, by="ann", state="confirmed_fraud")
        assert scoring.take_labels() == 1
    waiting = AlertSignal("transaction", str(rows.transaction_id[0]), "customer d", "odd", 0.7, datetime.now(UTC), {})
    AlertStore.default().raise_alerts("local", [waiting])
    payments = load_stored.fn()
    labels = dict(zip(payments.transactions.transaction_id.tolist(), payments.transactions.label.tolist(), strict=True))
    assert len(labels) == len(rows) - 1, "what waits for a decision is left out"
    assert (labels[confirmed], labels[missed]) == (1, 0)
    assert "1 payments older than 7 days that nobody labelled count as genuine." in payments.warnings
    request = {"stored": True, "tuning_trials": 0, "folds": 0, "forest_trees": 10}
    result = train_fraud_detector(request=FraudTrainingRequest.model_validate(request))
    assert result.provenance.data_source == "payment store, local"
    assert result.metrics["labelled"].frauds > 0
    assert payments.warnings[0] in result.warnings


@pytest.mark.usefixtures("prefect_api")
def test_without_payments_it_says_what_to_do() -> None:
    PaymentStore.default().migrate()
    with pytest.raises(ValueError, match="aiflows fraud load"):
        train_fraud_detector(request=FraudTrainingRequest(stored=True))


def test_a_file_and_the_store_are_not_both_trained_on() -> None:
    with pytest.raises(ValueError, match="not both"):
        FraudTrainingRequest(stored=True, train="asset://uploads/a.csv")
