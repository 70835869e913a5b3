import json
from datetime import datetime

import numpy as np
import pytest

from models.fraud.scenario import HIGH_AMOUNT, SCENARIOS
from models.fraud.simulator import example_batch, simulate

pytestmark = pytest.mark.fraud


def test_the_same_seed_makes_the_same_payments() -> None:
    first, again, other = (simulate(customers=50, terminals=100, days=20, seed=seed) for seed in (4, 4, 5))
    assert first.transactions.digest() == again.transactions.digest() != other.transactions.digest()


def test_frauds_are_about_as_frequent_as_in_the_handbook() -> None:
    made = simulate(customers=1500, terminals=3000, days=120, seed=0)
    assert 0.005 < (made.scenario > 0).mean() < 0.014
    assert all((made.scenario == scenario).sum() > 50 for scenario in range(1, len(SCENARIOS) + 1))
    assert (made.transactions.label == (made.scenario > 0)).all()
    assert (np.diff(made.transactions.time) >= np.timedelta64(0)).all()


def test_each_scenario_is_what_it_says() -> None:
    made = simulate(customers=1500, terminals=3000, days=60, seed=1)
    rows = made.transactions
    assert (rows.amount[made.scenario == 1] > HIGH_AMOUNT).all()
    assert (rows.label[rows.amount > HIGH_AMOUNT] == 1).all()
    taken_over = rows.terminal == rows.terminal[made.scenario == 2][0]
    days = (rows.time[taken_over & (made.scenario == 2)] - rows.time.min()) // np.timedelta64(1, "D")
    assert days.max() - days.min() < 60
    abused = rows[made.scenario == 3]
    ordinary = rows[made.scenario == 0]
    customer = abused.customer[0]
    assert abused.amount[abused.customer == customer].mean() > 2 * ordinary.amount[ordinary.customer == customer].mean()


@pytest.mark.parametrize(("customers", "terminals", "days"), [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_nothing_to_simulate_is_refused(customers: int, terminals: int, days: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        simulate(customers=customers, terminals=terminals, days=days)


@pytest.mark.parametrize("seed", range(5))
def test_the_example_is_ready_for_json_and_ends_with_the_fraud(seed: int) -> None:
    rows = example_batch(seed)
    assert json.loads(json.dumps(rows)) == rows
    assert len(rows) == 40
    assert len({row["transaction_id"] for row in rows}) == 40
    times = [datetime.fromisoformat(row["time"]) for row in rows]
    assert times == sorted(times)
    own = [float(row["amount"]) for row in rows if row["customer_id"] == rows[-1]["customer_id"]]
    assert own[-1] > 6 * max(own[:-1]) / 2
    assert len(own) >= 8


def test_an_example_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 10"):
        example_batch(0, rows=9)
