"""Features know the past only, and the past exactly."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.fraud.features import FEATURES, LABEL_DELAY, TERMINAL_RISKS, WINDOW_DAYS, FeatureTable, point_in_time
from models.fraud.simulator import simulate
from models.fraud.transactions import DAY, UNKNOWN_LABEL, Transactions

pytestmark = pytest.mark.fraud

START = np.datetime64("2026-01-01T12:00:00", "us")


def payments(*rows: tuple[str, float, str, str, int, int]) -> Transactions:
    """Rows of (id, days after START, customer, terminal, minor units, label)."""
    ids, days, customers, terminals, amounts, labels = zip(*rows, strict=True)
    return Transactions(
        np.array(ids, object),
        START + np.array([round(day * 86_400_000_000) for day in days]) * np.timedelta64(1, "us"),
        np.array(customers, object),
        np.array(terminals, object),
        np.array(amounts, np.int64),
        np.full(len(ids), "EUR", object),
        np.array(labels, np.int8),
    )


def relabelled(rows: Transactions, flipped: NDArray[np.bool_]) -> Transactions:
    """The rows with the labels of `flipped` turned around."""
    return replace(rows, label=np.where(flipped, 1 - rows.label, rows.label).astype(np.int8))


def column(table: FeatureTable, name: str) -> list[float]:
    return [float(value) for value in table.values[:, FEATURES.index(name)]]


@pytest.fixture(scope="module")
def simulated() -> Transactions:
    return simulate(customers=60, terminals=40, days=60, seed=3).transactions


def test_each_row_is_recomputed_from_rows_strictly_before_it(simulated: Transactions) -> None:
    whole = point_in_time(simulated)
    for row in np.random.default_rng(1).choice(len(simulated), 150, replace=False):
        past = simulated[simulated.time < simulated.time[row]]
        alone = point_in_time(simulated[np.array([row])], past)
        np.testing.assert_array_equal(alone.values[0], whole.values[row])


def test_later_rows_change_nothing(simulated: Transactions) -> None:
    cut = simulated.time[len(simulated) // 2]
    before = simulated[simulated.time < cut]
    np.testing.assert_array_equal(point_in_time(before).values, point_in_time(simulated).values[simulated.time < cut])


def test_labels_of_the_last_seven_days_move_no_terminal_risk(simulated: Transactions) -> None:
    end = simulated.time.max()
    fresh = simulated.time > end - LABEL_DELAY
    flipped = relabelled(simulated, fresh)
    assert (flipped.label != simulated.label).sum() > 100
    np.testing.assert_array_equal(point_in_time(flipped).values, point_in_time(simulated).values)


def test_older_labels_do_move_terminal_risk(simulated: Transactions) -> None:
    old = simulated.time <= simulated.time.max() - LABEL_DELAY
    flipped = relabelled(simulated, old)
    risks = [FEATURES.index(name) for name in TERMINAL_RISKS]
    assert (point_in_time(flipped).values[:, risks] != point_in_time(simulated).values[:, risks]).any()


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 60 * 24),
            st.sampled_from(["a", "b"]),
            st.sampled_from(["x", "y", ""]),
            st.integers(0, 10**11),
            st.sampled_from([0, 1, UNKNOWN_LABEL]),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_counts_means_and_risks_equal_their_definition(rows: list[tuple[int, str, str, int, int]]) -> None:
    made = payments(*((str(n), hour / 24, c, t, amount, label) for n, (hour, c, t, amount, label) in enumerate(rows)))
    table = point_in_time(made)
    for row in range(len(made)):
        for days in WINDOW_DAYS:
            now = made.time[row]
            own = (made.customer == made.customer[row]) & (made.time < now) & (made.time >= now - days * DAY)
            total, count = int(made.amount[own].sum()), int(own.sum())
            assert column(table, f"customer_count_{days}d")[row] == count
            np.testing.assert_equal(column(table, f"customer_mean_{days}d")[row], total / count if count else np.nan)
            settled = (made.time < now - LABEL_DELAY) & (made.time >= now - LABEL_DELAY - days * DAY)
            judged = (made.terminal == made.terminal[row]) & settled & (made.label != UNKNOWN_LABEL)
            known = judged.any() and made.terminal[row] != ""
            expected = (made.label[judged] == 1).mean() if known else np.nan
            np.testing.assert_equal(column(table, f"terminal_risk_{days}d")[row], expected)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.integers(0, 90), st.integers(0, 60 * 24 * 60)),
            st.sampled_from(["a", "b"]),
            st.sampled_from(["x", "y", ""]),
            st.integers(0, 10**6),
            st.sampled_from(["phone", "laptop", ""]),
            st.sampled_from(["DE", "FR", ""]),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_velocity_and_habits_equal_their_definition(rows: list[tuple[int, str, str, int, str, str]]) -> None:
    made = payments(
        *((str(n), minute / 1440, c, t, amount, UNKNOWN_LABEL) for n, (minute, c, t, amount, *_) in enumerate(rows))
    )
    made = replace(made, device=np.array([row[4] for row in rows]), country=np.array([row[5] for row in rows]))
    table = point_in_time(made)
    for row in range(len(made)):
        now = made.time[row]
        for window, minutes in (("10m", 10), ("1h", 60)):
            recent = (made.time < now) & (made.time >= now - np.timedelta64(minutes, "m"))
            own, there = recent & (made.customer == made.customer[row]), recent & (made.terminal == made.terminal[row])
            assert column(table, f"customer_count_{window}")[row] == own.sum()
            assert column(table, f"customer_sum_{window}")[row] == made.amount[own].sum()
            expected = there.sum() if made.terminal[row] else np.nan
            np.testing.assert_equal(column(table, f"terminal_count_{window}")[row], expected)
        own = (made.customer == made.customer[row]) & (made.time < now) & (made.time >= now - 30 * DAY)
        idle = (now - made.time[own].max()) / np.timedelta64(1, "s") if own.any() else np.nan
        np.testing.assert_equal(column(table, "seconds_since_last")[row], idle)
        for name, given_column in (("device", made.device), ("country", made.country), ("merchant", made.terminal)):
            there = own & (given_column != "")
            known = there.any() and given_column[row] != ""
            new = float(not (given_column[there] == given_column[row]).any()) if known else np.nan
            np.testing.assert_equal(column(table, f"new_{name}")[row], new)
        somewhere = own & (made.country != "")
        if somewhere.any() and made.country[row] != "":
            last = somewhere & (made.time == made.time[somewhere].max())
            change = float(not (made.country[last] == made.country[row]).any())
        else:
            change = np.nan
        np.testing.assert_equal(column(table, "country_change")[row], change)


def test_the_order_of_rows_does_not_matter(simulated: Transactions) -> None:
    shuffled = np.random.default_rng(5).permutation(len(simulated))
    np.testing.assert_array_equal(point_in_time(simulated[shuffled]).values, point_in_time(simulated).values[shuffled])


def test_rows_of_one_moment_do_not_see_each_other() -> None:
    table = point_in_time(
        payments(("1", 0, "a", "x", 100, 0), ("2", 0, "a", "x", 900, 0), ("3", 0.5, "a", "x", 100, 0))
    )
    assert column(table, "customer_count_1d") == [0, 0, 2]
    assert column(table, "terminal_count_1d") == [0, 0, 2]


def test_time_of_day_is_utc() -> None:
    friday_noon, saturday_night = payments(("1", 1, "a", "x", 1, 0), ("2", 1.75, "a", "x", 1, 0)).time
    assert str(friday_noon)[:13] == "2026-01-02T12"
    assert str(saturday_night)[:13] == "2026-01-03T06"
    table = point_in_time(payments(("1", 1, "a", "x", 1, 0), ("2", 1.75, "a", "x", 1, 0)))
    assert column(table, "hour") == [12, 6]
    assert column(table, "night") == [0, 1]
    assert column(table, "weekend") == [0, 1]


def test_amounts_stay_exact_in_minor_units() -> None:
    table = point_in_time(payments(("1", 0, "a", "x", 10, 0), ("2", 0.1, "a", "x", 20, 0), ("3", 0.2, "a", "x", 45, 0)))
    assert column(table, "customer_mean_1d")[2] == 15
    assert column(table, "amount_to_customer_mean_7d")[2] == 3


def test_what_is_unknown_is_nan_and_history_says_so() -> None:
    lone = payments(("1", 40, "a", "", 100, UNKNOWN_LABEL))
    table = point_in_time(lone)
    assert table.history == "none"
    assert np.isnan(column(table, "customer_mean_30d")[0])
    assert np.isnan(column(table, "terminal_count_1d")[0])
    earlier = payments(("0", 20, "a", "x", 100, UNKNOWN_LABEL))
    assert point_in_time(lone, earlier).history == "unlabelled"
    named = payments(("1", 40, "a", "x", 100, UNKNOWN_LABEL))
    assert point_in_time(named, payments(("0", 35, "a", "x", 100, 1))).history == "unlabelled"  # label not in yet
    assert point_in_time(named, payments(("0", 20, "a", "x", 100, 1))).history == "labelled"


def test_no_rows_have_no_features() -> None:
    empty = payments(("1", 0, "a", "x", 1, 0))[slice(0, 0)]
    assert point_in_time(empty).values.shape == (0, len(FEATURES))
