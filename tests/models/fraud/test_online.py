"""What comes out of memory is what a batch over the same rows computes, bit for bit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.fraud.features import FEATURES, TERMINAL_RISKS, features_of, point_in_time
from models.fraud.online import OnlineTotals, Seen
from models.fraud.simulator import simulate
from models.fraud.transactions import Transactions

pytestmark = pytest.mark.fraud

START = int(np.datetime64("2026-01-01T12:00:00", "us").astype(np.int64))
MINUTE = 60_000_000


@dataclass
class Kept:
    """A store of payments, and how often it was asked."""

    rows: list[Seen] = field(default_factory=list)
    asked: int = 0

    def of_customers(self, since: Mapping[str, int]) -> Iterable[Seen]:
        self.asked += 1
        return [row for row in self.rows if row.time >= since.get(row.customer, row.time + 1)]

    def of_terminals(self, since: Mapping[str, int]) -> Iterable[Seen]:
        self.asked += 1
        return [row for row in self.rows if row.time >= since.get(row.terminal, row.time + 1)]


def columns(rows: list[Seen]) -> Transactions:
    customers, terminals, times, amounts, devices, countries, labels = zip(*rows, strict=True)
    return Transactions(
        np.arange(len(rows)),
        np.array(times, np.int64).astype("datetime64[us]"),
        np.array(customers, object),
        np.array(terminals, object),
        np.array(amounts, np.int64),
        np.full(len(rows), "EUR", object),
        np.array(labels, np.int8),
        np.array(devices, object),
        np.array(countries, object),
    )


def streamed(rows: list[Seen], memory: OnlineTotals, kept: Kept, sizes: Iterable[int]) -> None:
    """Feed rows in micro-batches; after each, its features must be those of a batch over all rows so far."""
    place = 0
    for size in sizes:
        batch = rows[place : place + size]
        if not batch:
            return
        memory.recall(batch, kept)
        kept.rows += batch
        memory.add(batch)
        online = features_of(columns(batch), memory.totals(batch))
        before = kept.rows[: len(kept.rows) - len(batch)]
        expected = point_in_time(columns(batch), columns(before) if before else None).values
        np.testing.assert_array_equal(online, expected)
        assert memory.rows == sum(len(line.times) for line in (*memory.customers.values(), *memory.terminals.values()))
        memory.shrink()
        place += size


payments = st.builds(
    Seen,
    customer=st.sampled_from(["a", "b", "c"]),
    terminal=st.sampled_from(["x", "y", ""]),
    time=st.one_of(
        st.integers(0, 90).map(lambda minutes: START + minutes * MINUTE),
        st.integers(-90 * 24, 90 * 24).map(lambda hours: START + hours * 60 * MINUTE),
        st.integers(0, 2000).map(lambda tick: START + tick),
    ),
    amount=st.integers(0, 10**11),
    device=st.sampled_from(["phone", "laptop", ""]),
    country=st.sampled_from(["DE", "FR", ""]),
    label=st.sampled_from([-1, 0, 1]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(payments, min_size=1, max_size=40), st.lists(st.integers(1, 7), min_size=40, max_size=40))
def test_shuffled_tied_and_late_payments_count_as_in_a_batch(rows: list[Seen], sizes: list[int]) -> None:
    streamed(rows, OnlineTotals(), Kept(), sizes)


@settings(max_examples=15, deadline=None)
@given(st.lists(payments, min_size=1, max_size=30), st.lists(st.integers(1, 7), min_size=30, max_size=30))
def test_a_small_memory_forgets_and_recalls_without_a_difference(rows: list[Seen], sizes: list[int]) -> None:
    streamed(rows, OnlineTotals(most_rows=6), Kept(), sizes)


@pytest.fixture(scope="module")
def simulated() -> list[Seen]:
    rows = simulate(customers=12, terminals=400, days=120, seed=3).transactions
    named = zip(
        rows.customer.tolist(),
        rows.terminal.tolist(),
        rows.time.astype(np.int64).tolist(),
        rows.amount.tolist(),
        rows.label.tolist(),
        strict=True,
    )
    return [Seen(f"c{who}", f"t{where}", when, amount, "", "DE", label) for who, where, when, amount, label in named]


def test_months_of_payments_and_restarts_on_the_way(simulated: list[Seen]) -> None:
    kept, part = Kept(), len(simulated) // 3
    for start in (0, part, 2 * part):  # a restart begins with an empty memory
        memory = OnlineTotals()
        streamed(simulated[start : start + part], memory, kept, [60] * part)
    held = max(line.times[-1] - line.times[0] for line in memory.terminals.values())
    assert held < 90 * 24 * 60 * MINUTE  # what no window reaches is forgotten


def test_the_store_is_asked_on_the_first_touch_alone(simulated: list[Seen]) -> None:
    memory, kept = OnlineTotals(), Kept()
    streamed(simulated[:400], memory, kept, [400])
    asked = kept.asked
    streamed([row for row in simulated[400:500] if row.customer in memory.customers], memory, kept, [10] * 10)
    assert kept.asked == asked


def test_labels_that_came_in_are_read_when_their_terminal_is_forgotten(simulated: list[Seen]) -> None:
    unlabelled = [row._replace(label=-1) for row in simulated]
    memory, kept = OnlineTotals(), Kept()
    streamed(unlabelled[:-1], memory, kept, [len(unlabelled)])
    kept.rows = simulated[:-1]
    memory.forget_terminals({row.terminal for row in simulated})
    streamed(simulated[-1:], memory, kept, [1])
    last = features_of(columns(simulated[-1:]), memory.totals(simulated[-1:]))
    assert np.isfinite(last[0, [FEATURES.index(name) for name in TERMINAL_RISKS]]).any()
