"""What features are made of: for each payment, whole numbers counted over what came strictly before it.

A batch counts them here, by sorted windows; a resident scorer counts the same in memory (`models.fraud.timeline`).
Both hand them to `models.fraud.features.features_of`: the same totals give the same features, bit for bit.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.fraud.transactions import DAY, UNKNOWN_LABEL, Transactions
from models.fraud.windows import GroupedTimes

WINDOWS: Final[dict[str, np.timedelta64]] = {
    "10m": np.timedelta64(600_000_000, "us"),
    "1h": np.timedelta64(3_600_000_000, "us"),
    "1d": DAY,
    "7d": 7 * DAY,
    "30d": 30 * DAY,
}
"""Windows that count payments, by name; each ends at the payment, exclusive."""

RISK_WINDOWS: Final = ("1d", "7d", "30d")
"""Windows that count known frauds; each ends `LABEL_DELAY` before the payment, exclusive."""

LABEL_DELAY: Final = 7 * DAY
LONGEST: Final = WINDOWS["30d"]
"""How far back habits of a customer (devices, countries, merchants, the last payment) are remembered."""

HABITS: Final = ("device", "country", "terminal")

TOTALS: Final = (
    *(f"customer_count_{window}" for window in WINDOWS),
    *(f"customer_sum_{window}" for window in WINDOWS),
    "customer_last_age",
    *(f"{habit}_known" for habit in HABITS),
    *(f"{habit}_same" for habit in HABITS),
    "country_known_age",
    "country_same_age",
    *(f"terminal_count_{window}" for window in WINDOWS),
    *(f"terminal_judged_{window}" for window in RISK_WINDOWS),
    *(f"terminal_frauds_{window}" for window in RISK_WINDOWS),
)
"""Columns of the totals. Counts; sums in minor units; ages in microseconds, -1 where there was nothing. `known` are the
customer's payments of the longest window in which the habit was given, `same` those in which it was this one's."""


def batch_totals(batch: Transactions, known: Transactions) -> NDArray[np.int64]:
    """Totals of each row of `batch`, rows by `TOTALS`; `known` begins with the rows of `batch`."""
    totals = np.zeros((len(batch), len(TOTALS)), np.int64)
    if len(batch):
        counter = _Counter(batch, known, totals)
        counter.count_customers()
        counter.count_terminals()
    return totals


class _Counter:
    """Counts the totals of one batch, column by column."""

    def __init__(self, batch: Transactions, known: Transactions, totals: NDArray[np.int64]) -> None:
        self.batch, self.known, self.totals = batch, known, totals
        self.customer = _codes(known.customer)
        self.by_customer = GroupedTimes.build(self.customer, known.time)

    def count_customers(self) -> None:
        index = self.by_customer
        spent = index.running_sum(self.known.amount)
        rows = self._rows(index)  # the index's own order keeps memory access in sequence
        now = index.earlier(rows, 0 * DAY)
        for window, length in WINDOWS.items():
            start = index.earlier(rows, length)
            self._put(f"customer_count_{window}", rows, now - start)
            self._put(f"customer_sum_{window}", rows, spent[now] - spent[start])
        oldest = index.earlier(rows, LONGEST)
        self._put("customer_last_age", rows, index.age_of_last(rows, oldest, now))
        for habit in HABITS:
            given = getattr(self.known, habit) != ""
            if np.any(given):
                self._count_habit(habit, given, rows, oldest, now)

    def _count_habit(
        self,
        habit: str,
        given: NDArray[np.bool_],
        rows: NDArray[np.intp],
        oldest: NDArray[np.intp],
        now: NDArray[np.intp],
    ) -> None:
        known = self.by_customer.running_sum(given)
        self._put(f"{habit}_known", rows, known[now] - known[oldest])
        values = _codes(getattr(self.known, habit))
        pairs = self.by_customer.regrouped(_codes(self.customer * (int(values.max()) + 1) + values))
        own = self._rows(pairs)
        pair_now, pair_oldest = pairs.earlier(own, 0 * DAY), pairs.earlier(own, LONGEST)
        self._put(f"{habit}_same", own, pair_now - pair_oldest)
        if habit == "country":
            self._put("country_known_age", rows, self.by_customer.age_of_last(rows, oldest, now, given))
            self._put("country_same_age", own, pairs.age_of_last(own, pair_oldest, pair_now))

    def count_terminals(self) -> None:
        index = self.by_customer.regrouped(_codes(self.known.terminal))
        judged = index.running_sum(self.known.label != UNKNOWN_LABEL)
        frauds = index.running_sum(self.known.label == 1)
        rows = self._rows(index)
        now, settled = index.earlier(rows, 0 * DAY), index.earlier(rows, LABEL_DELAY)
        for window, length in WINDOWS.items():
            self._put(f"terminal_count_{window}", rows, now - index.earlier(rows, length))
            if window in RISK_WINDOWS:
                start = index.earlier(rows, LABEL_DELAY + length)
                self._put(f"terminal_judged_{window}", rows, judged[settled] - judged[start])
                self._put(f"terminal_frauds_{window}", rows, frauds[settled] - frauds[start])

    def _rows(self, index: GroupedTimes) -> NDArray[np.intp]:
        """The rows of the batch, in the index's order."""
        return index.order[index.order < len(self.batch)]

    def _put(self, name: str, rows: NDArray[np.intp], values: NDArray[Any]) -> None:
        self.totals[rows, TOTALS.index(name)] = values


def _codes(values: NDArray[Any]) -> NDArray[np.int64]:
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    return pd.factorize(values)[0].astype(np.int64)
