"""Stored scores as a series: nothing from the future, nothing stale."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from blocks.warehouse import Warehouse
from blocks.warehouse.tables import sentiment_scores
from tasks.sentiment.history import latest_score, score_history, sentiment_series
from tests.tasks.sentiment.score_rows import score_row

pytestmark = pytest.mark.crypto
START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def store(hour: float, score: float, symbol: str = "BTC") -> None:
    at, run = START + hour * HOUR, f"run-{symbol}-{hour}"
    Warehouse.default().publish(sentiment_scores, [score_row(run, at, score=score, symbol=symbol)], run_id=run)


def test_each_time_sees_the_score_before_it_and_none_later() -> None:
    for hour, score in ((1.0, 0.1), (2.5, 0.2), (4.0, 0.4)):
        store(hour, score)
    store(2.9, -0.9, symbol="ETH")

    series = sentiment_series("btc", [START + n * HOUR for n in range(6)])

    np.testing.assert_array_equal(series, [np.nan, np.nan, 0.1, 0.2, 0.2, 0.4])


def test_a_score_of_the_very_moment_is_not_known_yet() -> None:
    store(1.0, 0.1)

    moment = START + HOUR
    assert np.isnan(sentiment_series("BTC", [moment])[0])
    assert sentiment_series("BTC", [moment + timedelta(microseconds=1)])[0] == 0.1


def test_later_scores_change_nothing_before_them() -> None:
    times = [START + n * HOUR for n in range(40)]
    store(1.0, 0.1)
    store(20.0, 0.2)
    before = sentiment_series("BTC", times)
    store(30.5, 0.9)

    after = sentiment_series("BTC", times)
    np.testing.assert_array_equal(before[:31], after[:31])
    assert after[31] == 0.9


def test_old_scores_are_forgotten() -> None:
    store(0.0, 0.3)

    series = sentiment_series("BTC", [START + 24 * HOUR, START + 24 * HOUR + timedelta(seconds=1)])
    np.testing.assert_array_equal(series, [0.3, np.nan])
    later = sentiment_series("BTC", [START + 48 * HOUR], max_age=timedelta(days=2))
    assert later[0] == 0.3


def test_times_in_any_order_and_form() -> None:
    store(1.0, 0.1)
    store(3.0, 0.3)
    hours = [4, 2, 0]
    aware = [START + n * HOUR for n in hours]
    expected = [0.3, 0.1, np.nan]

    np.testing.assert_array_equal(sentiment_series("BTC", aware), expected)
    naive = np.array([moment.replace(tzinfo=None) for moment in aware], dtype="datetime64[ms]")
    np.testing.assert_array_equal(sentiment_series("BTC", naive), expected)
    assert sentiment_series("BTC", []).shape == (0,)
    with pytest.raises(ValueError, match="no time zone"):
        sentiment_series("BTC", [datetime(2026, 3, 1)])  # noqa: DTZ001 - what must be refused


def test_the_latest_score_and_the_history() -> None:
    assert latest_score("BTC") is None
    store(1.0, 0.1)
    store(3.0, 0.3)

    found = latest_score("btc", START + 4 * HOUR)
    assert found is not None
    assert (found.score, found.age_seconds) == (0.3, 3600)
    past = latest_score("BTC", START + 2 * HOUR)
    assert past is not None
    assert past.score == 0.1
    assert [row["score"] for row in score_history("BTC", START, START + 5 * HOUR)] == [0.1, 0.3]
