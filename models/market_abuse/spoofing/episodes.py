"""Episodes: a fill on one side, large orders of the same account on the other side shown and taken back around it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.spoofing.events import FILL, OrderEvents
from models.market_abuse.spoofing.orders import Orders
from models.market_abuse.spoofing.rules import SpoofingRules

SECOND = 1_000_000


@dataclass(frozen=True, eq=False)
class Episode:
    """`fill`: place of the fill among the events. `orders`: places of the orders shown and taken back. `shown`: their
    amount. `own_side`: what the account took back on the side of the fill meanwhile."""

    account: int
    fill: int
    orders: NDArray[np.intp]
    filled: float
    shown: float
    own_side: float


def find_episodes(events: OrderEvents, orders: Orders, rules: SpoofingRules) -> list[Episode]:
    """Episodes of all accounts, in the order of time; an order belongs to one episode at most."""
    reach = int(rules.seconds * SECOND)
    by_account = _rows_of(orders.account)
    used = np.zeros(len(orders.account), dtype=bool)
    found = []
    for fill in np.flatnonzero((events.action == FILL) & (events.account >= 0)).tolist():
        account, time = int(events.account[fill]), int(events.time[fill])
        own = by_account.get(account)
        if own is None:
            continue
        begin = np.searchsorted(orders.placed[own], time - reach)
        end = np.searchsorted(orders.placed[own], time, "right")
        near = own[begin:end]
        taken = near[(orders.gone[near] >= time) & (orders.gone[near] <= time + reach) & (orders.cancelled[near] > 0)]
        other = taken[(orders.side[taken] == -events.side[fill]) & ~used[taken]]
        same = taken[orders.side[taken] == events.side[fill]]
        shown, filled = float(orders.cancelled[other].sum()), float(events.amount[fill])
        eaten = float(orders.filled[other].sum())
        if shown < rules.times * filled or eaten > rules.filled_share * (shown + eaten):
            continue
        used[other] = True
        found.append(Episode(account, fill, other, filled, shown, float(orders.cancelled[same].sum())))
    return found


def _rows_of(account: NDArray[np.int32]) -> dict[int, NDArray[np.intp]]:
    """Places of each account's orders, in the order of their being placed."""
    order = np.argsort(account, kind="stable")
    cuts = np.flatnonzero(np.diff(account[order])) + 1
    return {int(account[group[0]]): group for group in np.split(order, cuts) if len(group) and account[group[0]] >= 0}
