import numpy as np
import pytest

from models.fraud.decision import CostMatrix, Thresholds

pytestmark = pytest.mark.fraud


def test_cost_of_each_kind_of_mistake() -> None:
    costs = CostMatrix(missed_fraud_fee=10, review=3, blocked_genuine=20)
    thresholds = Thresholds(review=0.3, block=0.8)
    scores = np.array([0.1, 0.1, 0.5, 0.5, 0.9, 0.9])
    fraud = np.array([True, False, True, False, True, False])
    amount = np.array([100, 100, 100, 100, 100, 100])
    assert costs.total(thresholds, scores, fraud, amount) == (100 + 10) + 3 + 3 + 20


def test_the_cheapest_thresholds_part_what_can_be_parted() -> None:
    scores = np.array([0.001] * 90 + [0.6] * 10)
    fraud = np.array([False] * 90 + [True] * 10)
    found = Thresholds.cheapest(CostMatrix(), scores, fraud, np.full(100, 100_00))
    assert 0.001 < found.review <= 0.6
    assert found.block == 0.9


def test_dear_reviews_raise_the_bar() -> None:
    random = np.random.default_rng(0)
    scores = random.beta(0.3, 3, 5000)
    fraud = random.random(5000) < scores
    amount = np.full(5000, 50_00)
    cheap, dear = (
        Thresholds.cheapest(CostMatrix(review=review), scores, fraud, amount).review for review in (1_00, 20_00)
    )
    assert cheap < dear


@pytest.mark.parametrize(("score", "decision"), [(0.0, "approve"), (0.3, "review"), (0.8, "block"), (1.0, "block")])
def test_thresholds_belong_to_the_stricter_side(score: float, decision: str) -> None:
    assert Thresholds(review=0.3, block=0.8).decide(score) == decision
