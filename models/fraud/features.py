"""Point-in-time features: what was known about a customer and a terminal just before each transaction.

After the Fraud Detection Handbook, chapter 3 (Le Borgne et al.), with one difference: a row's windows hold rows of a
strictly earlier moment only, never the row itself. Labels count once they are `LABEL_DELAY` old.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.fraud.transactions import DAY, UNKNOWN_LABEL, Transactions
from models.fraud.windows import GroupedTimes

WINDOW_DAYS = (1, 7, 30)
LABEL_DELAY = 7 * DAY

TIME_FEATURES = ("amount", "hour", "night", "weekend")
CUSTOMER_FEATURES = (
    *(f"customer_count_{days}d" for days in WINDOW_DAYS),
    *(f"customer_mean_{days}d" for days in WINDOW_DAYS),
    *(f"amount_to_customer_mean_{days}d" for days in WINDOW_DAYS[1:]),
)
TERMINAL_COUNTS = tuple(f"terminal_count_{days}d" for days in WINDOW_DAYS)
TERMINAL_RISKS = tuple(f"terminal_risk_{days}d" for days in WINDOW_DAYS)
FEATURES = (*TIME_FEATURES, *CUSTOMER_FEATURES, *TERMINAL_COUNTS, *TERMINAL_RISKS)
UNLABELLED_FEATURES = tuple(name for name in FEATURES if name not in TERMINAL_RISKS)

History = Literal["labelled", "unlabelled", "none"]
"""What stood behind the features: earlier rows with labels old enough, earlier rows without, the batch alone."""


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """Features of a batch: values[i, j] is feature names[j] of row i; NaN where nothing is known."""

    names: tuple[str, ...]
    values: NDArray[np.float64]
    history: History

    def select(self, names: tuple[str, ...]) -> NDArray[np.float64]:
        """The columns named, in that order."""
        return self.values[:, [self.names.index(name) for name in names]]

    def __getitem__(self, rows: NDArray[Any]) -> "FeatureTable":
        return FeatureTable(self.names, self.values[rows], self.history)


def point_in_time(batch: Transactions, history: Transactions | None = None) -> FeatureTable:
    """Features of each row of `batch`, from rows of `batch` and `history` of a strictly earlier moment.

    The order of rows does not matter. `history` must not hold rows of `batch`. Amounts stay in minor units.
    """
    known = batch if history is None else Transactions.concatenate([batch, history])
    columns = _time_features(batch) | _customer_features(batch, known) | _terminal_features(batch, known)
    values = np.column_stack([columns[name] for name in FEATURES]) if len(batch) else np.empty((0, len(FEATURES)))
    risk_known = len(batch) > 0 and any(np.isfinite(columns[name]).any() for name in TERMINAL_RISKS)
    state: History = "labelled" if risk_known else "none" if history is None else "unlabelled"
    return FeatureTable(FEATURES, values, state)


def _time_features(batch: Transactions) -> dict[str, NDArray[np.float64]]:
    days = batch.time.astype("datetime64[D]")
    hour = ((batch.time - days) // np.timedelta64(1, "h")).astype(np.float64)
    weekday = (days.astype(np.int64) + 3) % 7  # 1970-01-01, day 0, was a Thursday
    return {
        "amount": batch.amount.astype(np.float64),
        "hour": hour,
        "night": (hour <= 6).astype(np.float64),
        "weekend": (weekday >= 5).astype(np.float64),
    }


def _customer_features(batch: Transactions, known: Transactions) -> dict[str, NDArray[np.float64]]:
    index = GroupedTimes.build(_groups(known.customer), known.time)
    spent = index.running_sum(known.amount)
    rows = index.order[index.order < len(batch)]  # the index's own order keeps memory access in sequence
    amount = batch.amount[rows]
    now = index.earlier(rows, 0 * DAY)
    columns: dict[str, NDArray[np.float64]] = {}
    for days in WINDOW_DAYS:
        start = index.earlier(rows, days * DAY)
        count = now - start
        mean = _ratio(spent[now] - spent[start], count)
        columns[f"customer_count_{days}d"] = count.astype(np.float64)
        columns[f"customer_mean_{days}d"] = mean
        columns[f"amount_to_customer_mean_{days}d"] = _ratio(amount, mean)
    return _put_back(columns, rows)


def _terminal_features(batch: Transactions, known: Transactions) -> dict[str, NDArray[np.float64]]:
    index = GroupedTimes.build(_groups(known.terminal), known.time)
    judged = index.running_sum(known.label != UNKNOWN_LABEL)
    frauds = index.running_sum(known.label == 1)
    rows = index.order[index.order < len(batch)]
    unnamed = batch.terminal[rows] == ""
    now = index.earlier(rows, 0 * DAY)
    settled = index.earlier(rows, LABEL_DELAY)
    columns: dict[str, NDArray[np.float64]] = {}
    for days in WINDOW_DAYS:
        count = (now - index.earlier(rows, days * DAY)).astype(np.float64)
        start = index.earlier(rows, LABEL_DELAY + days * DAY)
        risk = _ratio(frauds[settled] - frauds[start], judged[settled] - judged[start])
        columns[f"terminal_count_{days}d"] = np.where(unnamed, np.nan, count)
        columns[f"terminal_risk_{days}d"] = np.where(unnamed, np.nan, risk)
    return _put_back(columns, rows)


def _put_back(columns: dict[str, NDArray[np.float64]], rows: NDArray[np.intp]) -> dict[str, NDArray[np.float64]]:
    """Columns computed for the rows `rows`, in the batch's own order."""
    restored = {}
    for name, column in columns.items():
        restored[name] = np.empty_like(column)
        restored[name][rows] = column
    return restored


def _groups(ids: NDArray[Any]) -> NDArray[np.int64]:
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    return pd.factorize(ids)[0].astype(np.int64)


def _ratio(numerator: NDArray[Any], denominator: NDArray[Any]) -> NDArray[np.float64]:
    """The quotient where the denominator is above zero, NaN elsewhere."""
    quotient = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient
