"""The Fraud Detection Handbook's own protocol on its own data: train a week, wait a week, test a week."""

from pathlib import Path

import numpy as np
import pytest

from models.fraud.evaluation import evaluate, without_known_cards
from models.fraud.features import point_in_time
from models.fraud.tuning import MAX_TREES, PARAMETERS
from tasks.fraud.transaction_file import read_transactions

pytestmark = [pytest.mark.fraud, pytest.mark.data]

DATA = Path(__file__).parents[4] / "shared/data/fraud/fdh_simulated_20180401_20180814.parquet"


@pytest.mark.skipif(not DATA.exists(), reason="the handbook's simulated data is not beside the project")
def test_the_published_week_is_matched() -> None:
    import xgboost

    rows = read_transactions(DATA, max_rows=2_000_000)[0].sorted_by_time()
    recent = rows[rows.time >= np.datetime64("2018-06-10")]  # 37 days fill the windows, the rest is not needed
    train_start, train_end = np.datetime64("2018-07-25", "us"), np.datetime64("2018-08-01", "us")
    test_start = np.datetime64("2018-08-08", "us")
    values = point_in_time(recent).values
    train, later = (recent.time >= train_start) & (recent.time < train_end), recent.time >= test_start
    assert (int(train.sum()), int((recent.label[train] == 1).sum())) == (67_240, 598)
    booster = xgboost.train({**PARAMETERS, "seed": 0}, xgboost.DMatrix(values[train], recent.label[train]), MAX_TREES)
    test = recent[later]
    kept = without_known_cards(recent, test, since=train_start, train_end=train_end)
    found = evaluate(test[kept], booster.predict(xgboost.DMatrix(values[later][kept])).astype(np.float64))
    assert found.average_precision >= 0.66
    assert found.roc_auc >= 0.88
    assert found.card_precision_100 >= 0.28
