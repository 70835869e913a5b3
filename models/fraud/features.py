"""Point-in-time features: what was known about a customer and a terminal just before each transaction.

After the Fraud Detection Handbook, chapter 3 (Le Borgne et al.), with one difference: a row's windows hold rows of a
strictly earlier moment only, never the row itself. Labels count once they are `LABEL_DELAY` old. To the handbook's
features come velocity (10 minutes, an hour), and what is new for the customer: device, country, merchant.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from models.fraud.totals import HABITS, LABEL_DELAY, RISK_WINDOWS, TOTALS, batch_totals
from models.fraud.transactions import Transactions

__all__ = ["FEATURES", "LABEL_DELAY", "WINDOW_DAYS", "FeatureTable", "History", "features_of", "point_in_time"]

WINDOW_DAYS = (1, 7, 30)
FAST = ("10m", "1h")

TIME_FEATURES = ("amount", "hour", "night", "weekend")
CUSTOMER_FEATURES = (
    *(f"customer_count_{days}d" for days in WINDOW_DAYS),
    *(f"customer_mean_{days}d" for days in WINDOW_DAYS),
    *(f"amount_to_customer_mean_{days}d" for days in WINDOW_DAYS[1:]),
)
VELOCITY_FEATURES = (
    *(f"customer_count_{window}" for window in FAST),
    *(f"customer_sum_{window}" for window in FAST),
    *(f"terminal_count_{window}" for window in FAST),
    "seconds_since_last",
)
HABIT_FEATURES = ("new_device", "new_country", "new_merchant", "country_change")
TERMINAL_COUNTS = tuple(f"terminal_count_{days}d" for days in WINDOW_DAYS)
TERMINAL_RISKS = tuple(f"terminal_risk_{window}" for window in RISK_WINDOWS)
FEATURES = (
    *TIME_FEATURES,
    *CUSTOMER_FEATURES,
    *TERMINAL_COUNTS,
    *TERMINAL_RISKS,
    *VELOCITY_FEATURES,
    *HABIT_FEATURES,
)
TERMINAL_BURSTS = tuple(f"terminal_count_{window}" for window in FAST)
LABELLED_FEATURES = tuple(name for name in FEATURES if name not in TERMINAL_BURSTS)
"""What models learn from where labels are known. Bursts at a terminal are for rules alone: in the payments to train on
a terminal has one a day, so that a model would take every busy shop for a fraud."""

UNLABELLED_FEATURES = tuple(name for name in LABELLED_FEATURES if name not in TERMINAL_RISKS)

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
    values = features_of(batch, batch_totals(batch, known))
    risks = values[:, [FEATURES.index(name) for name in TERMINAL_RISKS]]
    state: History = "labelled" if np.isfinite(risks).any() else "none" if history is None else "unlabelled"
    return FeatureTable(FEATURES, values, state)


def features_of(rows: Transactions, totals: NDArray[np.int64]) -> NDArray[np.float64]:
    """Features of payments, rows by `FEATURES`, from their totals (rows by `TOTALS`), whoever counted these."""
    if not len(rows):
        return np.empty((0, len(FEATURES)))
    total = dict(zip(TOTALS, totals.T, strict=True))
    columns = _time_features(rows) | _customer_features(rows, total) | _terminal_features(rows, total)
    columns |= _habit_features(rows, total)
    return np.column_stack([columns[name] for name in FEATURES])


def _time_features(rows: Transactions) -> dict[str, NDArray[np.float64]]:
    days = rows.time.astype("datetime64[D]")
    hour = ((rows.time - days) // np.timedelta64(1, "h")).astype(np.float64)
    weekday = (days.astype(np.int64) + 3) % 7  # 1970-01-01, day 0, was a Thursday
    return {
        "amount": rows.amount.astype(np.float64),
        "hour": hour,
        "night": (hour <= 6).astype(np.float64),
        "weekend": (weekday >= 5).astype(np.float64),
    }


def _customer_features(rows: Transactions, total: dict[str, NDArray[np.int64]]) -> dict[str, NDArray[np.float64]]:
    columns: dict[str, NDArray[np.float64]] = {}
    for days in WINDOW_DAYS:
        count = total[f"customer_count_{days}d"]
        mean = _ratio(total[f"customer_sum_{days}d"], count)
        columns[f"customer_count_{days}d"] = count.astype(np.float64)
        columns[f"customer_mean_{days}d"] = mean
        columns[f"amount_to_customer_mean_{days}d"] = _ratio(rows.amount, mean)
    for window in FAST:
        columns[f"customer_count_{window}"] = total[f"customer_count_{window}"].astype(np.float64)
        columns[f"customer_sum_{window}"] = total[f"customer_sum_{window}"].astype(np.float64)
    age = total["customer_last_age"]
    columns["seconds_since_last"] = np.where(age < 0, np.nan, age / 1e6)
    return columns


def _terminal_features(rows: Transactions, total: dict[str, NDArray[np.int64]]) -> dict[str, NDArray[np.float64]]:
    unnamed = rows.terminal == ""
    columns: dict[str, NDArray[np.float64]] = {}
    for name in (*TERMINAL_COUNTS, *(f"terminal_count_{window}" for window in FAST)):
        columns[name] = np.where(unnamed, np.nan, total[name].astype(np.float64))
    for window in RISK_WINDOWS:
        risk = _ratio(total[f"terminal_frauds_{window}"], total[f"terminal_judged_{window}"])
        columns[f"terminal_risk_{window}"] = np.where(unnamed, np.nan, risk)
    return columns


def _habit_features(rows: Transactions, total: dict[str, NDArray[np.int64]]) -> dict[str, NDArray[np.float64]]:
    columns: dict[str, NDArray[np.float64]] = {}
    for name, habit in zip(HABIT_FEATURES, HABITS, strict=False):
        unknown = (getattr(rows, habit) == "") | (total[f"{habit}_known"] == 0)
        columns[name] = np.where(unknown, np.nan, (total[f"{habit}_same"] == 0).astype(np.float64))
    elsewhere = (total["country_same"] == 0) | (total["country_same_age"] > total["country_known_age"])
    unknown = np.isnan(columns["new_country"])
    columns["country_change"] = np.where(unknown, np.nan, elsewhere.astype(np.float64))
    return columns


def _ratio(numerator: NDArray[Any], denominator: NDArray[Any]) -> NDArray[np.float64]:
    """The quotient where the denominator is above zero, NaN elsewhere."""
    quotient = np.full(len(numerator), np.nan)
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)
    return quotient
