"""The same labelled payments as they look with labelled history, without labels, and in a batch of their own."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.fraud.features import FeatureTable, History, point_in_time
from models.fraud.transactions import DAY, Transactions

LONE_BATCHES = ((1 / 24, 50), (1.0, 100), (7.0, 200), (30.0, 40), (30.0, 400))
"""Days and typical rows of the batches in which payments without history arrive."""


@dataclass(frozen=True, eq=False)
class Views:
    """Payments and their features under each kind of history, row by row."""

    transactions: Transactions
    tables: dict[History, FeatureTable]

    @classmethod
    def of(cls, transactions: Transactions, seed: int) -> Self:
        """All three views. Raises ValueError when no label is old enough to tell a terminal's risk."""
        full = point_in_time(transactions)
        if full.history != "labelled":
            raise ValueError("training needs labels that are at least 7 days older than the last payments")
        tables: dict[History, FeatureTable] = {
            "labelled": full,
            "unlabelled": FeatureTable(full.names, full.values, "unlabelled"),
            "none": point_in_time(in_lone_batches(transactions, np.random.default_rng(seed))),
        }
        return cls(transactions, tables)

    def rows(self, start: np.datetime64, end: np.datetime64) -> NDArray[np.intp]:
        """Indices of the rows with start <= time < end."""
        return np.flatnonzero((self.transactions.time >= start) & (self.transactions.time < end))


def in_lone_batches(transactions: Transactions, random: np.random.Generator) -> Transactions:
    """The same payments cut into small batches that know nothing of each other, and nothing of labels.

    Each customer is dealt a length of batch and some customers to share it with; customers and terminals of different
    batches get different numbers, so that no window reaches across.
    """
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    customer, customers = pd.factorize(transactions.customer)
    terminal, terminals = pd.factorize(transactions.terminal)
    since = (transactions.time - transactions.time.min()) / DAY
    a_day = len(transactions) / max(float(since.max(initial=1.0)), 1.0)
    kind = random.integers(0, len(LONE_BATCHES), len(customers))
    days, rows = np.array(LONE_BATCHES).T
    companies = np.maximum(1, np.round(a_day * days / len(LONE_BATCHES) / rows)).astype(np.int64)
    company = random.integers(0, companies[kind])
    piece = (since / days[kind[customer]]).astype(np.int64)
    batch = pd.factorize((piece * len(LONE_BATCHES) + kind[customer]) * int(companies.max()) + company[customer])[
        0
    ].astype(np.int64)
    unlabelled = transactions.without_labels()
    return Transactions(
        unlabelled.transaction_id,
        unlabelled.time,
        batch * len(customers) + customer,
        batch * len(terminals) + terminal,
        unlabelled.amount,
        unlabelled.currency,
        unlabelled.label,
        unlabelled.device,
        unlabelled.country,
    )
