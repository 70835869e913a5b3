"""Weights that nobody rules, and intervals that hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from models.sentiment.aggregate import aggregate, student
from models.sentiment.weighting import capped, effective_count, post_weights

pytestmark = pytest.mark.crypto


@given(st.lists(st.floats(1e-6, 1e9), min_size=1, max_size=60))
@settings(max_examples=200)
def test_no_post_rules(raw: list[float]) -> None:
    weights = capped(np.array(raw), 0.1)

    assert weights.sum() == pytest.approx(1)
    assert weights.max() <= max(0.1, 1 / len(raw)) + 1e-9
    order = np.argsort(raw, kind="stable")
    assert (np.diff(weights[order]) >= -1e-12).all()  # who weighed more never weighs less


def test_weights_that_are_within_the_limit_stay() -> None:
    raw = np.linspace(1, 2, 30)

    np.testing.assert_allclose(capped(raw, 0.1), raw / raw.sum())


def test_attention_counts_by_its_logarithm_and_age_halves_it() -> None:
    quiet = post_weights([0] * 30, [0] * 30, [0] * 30, [0.0] * 29 + [12.0], 12.0)
    assert quiet[-1] == pytest.approx(quiet[0] / 2)
    loud = post_weights([0] * 29 + [100_000_000], [0] * 30, [0] * 30, [0.0] * 30, 12.0)
    assert loud[-1] == pytest.approx(0.1)
    future = post_weights([0] * 30, [0] * 30, [0] * 30, [0.0] * 29 + [-5.0], 12.0)
    assert future[-1] == pytest.approx(future[0])


def test_the_score_is_the_weighted_mean() -> None:
    found = aggregate(np.array([1, 1, -1, 0, 0.5]), np.array([0.4, 0.1, 0.1, 0.2, 0.2]), list("abcde"), ["x"] * 5)

    assert found.score == pytest.approx(0.5)
    assert found.lower is not None
    assert found.upper is not None
    assert -1 <= found.lower <= 0.5 <= found.upper <= 1
    assert (found.posts, found.voices) == (5, 5)
    assert found.effective_posts == pytest.approx(effective_count(np.array([0.4, 0.1, 0.1, 0.2, 0.2])))


def test_seeds_repeat_it() -> None:
    draw = np.random.default_rng(0)
    polarity, weights = draw.uniform(-1, 1, 40), capped(draw.uniform(0.1, 1, 40), 0.1)

    assert aggregate(polarity, weights, [None] * 40, ["x"] * 40, 1) == aggregate(
        polarity, weights, [None] * 40, ["x"] * 40, 1
    )


@pytest.mark.parametrize(
    ("count", "authors", "told"),
    [(0, 0, "no post counted"), (1, 1, "posts of 1 author counted"), (30, 4, "posts of 4 authors counted")],
)
def test_too_few_voices_are_no_number(count: int, authors: int, told: str) -> None:
    names = [f"author {n % max(1, authors)}" for n in range(count)]
    found = aggregate(np.ones(count), np.full(count, 1 / max(1, count)), names, ["reddit"] * count)

    assert (found.score, found.lower, found.upper, found.posts) == (None, None, None, count)
    assert told in (found.reason or "")


def test_one_loud_author_widens_the_interval() -> None:
    polarity, weights = np.array([0.9] * 20 + [-0.5, 0.1, -0.2, 0.3, 0.0]), np.full(25, 1 / 25)
    many = aggregate(polarity, weights, [None] * 25, ["x"] * 25)
    one = aggregate(polarity, weights, ["loud"] * 20 + list("abcde"), ["x"] * 25)

    assert one.score == pytest.approx(many.score)
    assert one.upper is not None
    assert many.upper is not None
    assert one.lower is not None
    assert many.lower is not None
    assert one.upper - one.lower > 1.5 * (many.upper - many.lower)


def test_sources_are_told_apart() -> None:
    found = aggregate(
        np.array([1.0, 0.5, -1.0, -1.0, 0.0]), np.array([0.1, 0.1, 0.3, 0.3, 0.2]), list("abcde"), list("rrxxn")
    )

    assert {name: share.posts for name, share in found.sources.items()} == {"r": 2, "x": 2, "n": 1}
    assert found.sources["r"].score == pytest.approx(0.75)
    assert found.sources["x"].weight == pytest.approx(0.6)
    total = sum(share.weight * share.score for share in found.sources.values())
    assert total == pytest.approx(found.score)


def test_intervals_hold_about_as_often_as_they_say() -> None:
    count = 15
    draw, inside = np.random.default_rng(count), 0
    for trial in range(150):
        polarity = 0.8 * draw.choice([-1.0, 0.0, 1.0], count, p=[0.2, 0.4, 0.4]) + draw.normal(0, 0.1, count)
        weights = capped(draw.lognormal(0, 0.6, count), 0.1)
        found = aggregate(polarity, weights, [None] * count, ["x"] * count, trial)
        assert found.lower is not None
        assert found.upper is not None
        inside += found.lower <= 0.16 <= found.upper
    assert 0.9 <= inside / 150 <= 0.985


@pytest.mark.parametrize("freedom", [3, 5, 10, 100])
def test_students_quantile(freedom: int) -> None:
    assert student(freedom) == pytest.approx(t.ppf(0.975, freedom), rel=0.01)
