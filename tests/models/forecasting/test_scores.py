"""Scores against numbers worked out by hand."""

import numpy as np
import pytest

from models.forecasting import LEVELS
from models.forecasting.scores import outcomes, score, skill
from tests.models.forecasting.simulated import series, walk

pytestmark = pytest.mark.crypto


def test_a_certain_and_right_forecast_has_no_error() -> None:
    scores = score(np.zeros((1, 1, len(LEVELS))), np.zeros((1, 1)))

    assert scores.crps.item() == scores.absolute.item() == 0
    assert scores.coverage_80 == scores.coverage_95 == 1


def test_the_score_of_a_point_forecast_is_its_absolute_error() -> None:
    scores = score(np.zeros((1, 1, len(LEVELS))), np.full((1, 1), 0.3))

    assert scores.crps.item() == pytest.approx(2 * np.mean(LEVELS) * 0.3)
    assert scores.absolute.item() == pytest.approx(0.3)
    assert scores.coverage_95 == 0


def test_the_true_distribution_scores_best() -> None:
    from statistics import NormalDist

    truth = np.random.default_rng(0).normal(size=(40_000, 1))
    normal = np.array([NormalDist().inv_cdf(level) for level in LEVELS])

    right, wide, narrow, shifted = (
        score(np.broadcast_to(quantiles, (40_000, 1, len(LEVELS))), truth).crps.mean()
        for quantiles in (normal, 1.3 * normal, 0.7 * normal, normal + 0.3)
    )

    assert right < min(wide, narrow, shifted)


def test_an_outcome_that_is_not_known_counts_for_nothing() -> None:
    prices = walk(30)
    prices[20] = np.nan
    truth = outcomes(series(prices), np.array([18]), 4)

    scores = score(np.zeros((1, 4, len(LEVELS))), truth)

    assert np.isnan(truth[0]).tolist() == [False, True, False, False]
    assert np.isnan(scores.crps[0]).tolist() == [False, True, False, False]
    assert np.isfinite(scores.coverage_80)


def test_skill() -> None:
    assert skill(np.array([0.9, np.nan]), np.array([1.0, 5.0])) == pytest.approx(0.1)
    assert skill(np.array([1.0]), np.array([0.0])) == 0
    assert skill(np.array([np.nan]), np.array([1.0])) == 0
