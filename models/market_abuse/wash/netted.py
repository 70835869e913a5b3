"""Sets of accounts that trade among themselves and end where they began, in whatever amounts.

After Victor and Weintraud 2021: strongly connected accounts whose trades with each other leave every position in a
window as it was. Here a set is a component of the accounts that keep on trading with each other (twice or more each
way round), of at most `longest_ring` accounts, and its trades must be most of what its accounts do in the window: in
a busy market positions come back to nothing by themselves now and then.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.trades import Trades
from models.market_abuse.wash.ring import NettedSet
from models.market_abuse.wash.rules import WashRules

MINUTE: Final = 60_000_000
LEAST_TRADES: Final = 4
AGAIN: Final = 2
"""Trades from one account to another from which they count as trading with each other."""


def find_netted_sets(trades: Trades, rules: WashRules) -> list[NettedSet]:
    """Sets among trades of one market that all name two different accounts; the largest first."""
    if len(trades) < LEAST_TRADES:
        return []
    window = max(rules.windows_minutes) * MINUTE
    return sorted(
        (
            netted
            for group in _groups(trades, rules.longest_ring)
            if (netted := _netted(trades, group, window, rules)) is not None
        ),
        key=lambda netted: -len(netted.trades),
    )


def _groups(trades: Trades, longest: int) -> list[NDArray[np.intp]]:
    """Places of the trades within each small component of accounts that trade with each other again and again."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - scipy where it is used
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    count = int(max(trades.seller.max(), trades.buyer.max())) + 1
    pair = trades.seller.astype(np.int64) * count + trades.buyer
    found, times = np.unique(pair, return_counts=True)
    kept = found[times >= AGAIN]
    if not len(kept):
        return []
    graph = coo_array((np.ones(len(kept), np.int8), (kept // count, kept % count)), shape=(count, count))
    _, label = connected_components(graph.tocsr(), directed=True, connection="strong")
    sizes = np.bincount(label)
    small = (sizes >= 2) & (sizes <= longest)
    inside = np.flatnonzero((label[trades.seller] == label[trades.buyer]) & small[label[trades.seller]])
    order = inside[np.argsort(label[trades.seller[inside]], kind="stable")]
    cuts = np.flatnonzero(np.diff(label[trades.seller[order]])) + 1
    return [group for group in np.split(order, cuts) if len(group) >= LEAST_TRADES]


def _netted(trades: Trades, group: NDArray[np.intp], window: int, rules: WashRules) -> NettedSet | None:
    """The group's trades in those windows that leave every position as it was; None where there are none."""
    accounts, places = np.unique(np.concatenate([trades.seller[group], trades.buyer[group]]), return_inverse=True)
    seller, buyer = places[: len(group)], places[len(group) :]
    own = np.isin(trades.seller, accounts) | np.isin(trades.buyer, accounts)
    stretch, all_stretches = trades.time[group] // window, trades.time[own] // window
    kept: list[NDArray[np.intp]] = []
    largest = 0.0
    for one in np.unique(stretch).tolist():
        rows = np.flatnonzero(stretch == one)
        if len(rows) < rules.closed_share * int((all_stretches == one).sum()):
            continue
        rows, left = _trimmed(trades, group, rows, seller, buyer, len(accounts), rules)
        if len(rows) >= LEAST_TRADES:
            kept.append(group[rows])
            largest = max(largest, left)
    if not kept:
        return None
    return NettedSet(tuple(accounts.tolist()), np.concatenate(kept), len(kept), window, largest)


def _trimmed(
    trades: Trades,
    group: NDArray[np.intp],
    rows: NDArray[np.intp],
    seller: NDArray[np.intp],
    buyer: NDArray[np.intp],
    count: int,
    rules: WashRules,
) -> tuple[NDArray[np.intp], float]:
    """The first trades of a window, as many as leave no position changed by more than the margin of the mean trade, and
    the largest change as a share of it; the last trades are given up one by one, as in the paper."""
    amount = trades.units[group[rows]]
    change = np.zeros((len(rows), count))
    change[np.arange(len(rows)), buyer[rows]] += amount
    change[np.arange(len(rows)), seller[rows]] -= amount
    worst = np.abs(np.cumsum(change, axis=0)).max(axis=1)
    mean = np.cumsum(amount) / np.arange(1, len(rows) + 1)
    closed = np.flatnonzero(worst <= rules.net_margin * mean)
    if not len(closed):
        return rows[:0], 0.0
    last = int(closed[-1])
    return rows[: last + 1], float(worst[last] / mean[last])
