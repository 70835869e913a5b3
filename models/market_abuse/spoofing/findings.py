"""Spoofing and layering as findings, an account each."""

from collections import defaultdict

import numpy as np

from models.market_abuse.finding import Finding
from models.market_abuse.spoofing.episodes import Episode, find_episodes
from models.market_abuse.spoofing.events import OrderEvents
from models.market_abuse.spoofing.orders import Orders
from models.market_abuse.spoofing.rules import SpoofingRules

SIMULATED = "This detector was made and measured on a simulator of our own: its errors in real markets are not known."


def find_spoofing(events: OrderEvents, rules: SpoofingRules) -> tuple[list[Finding], list[list[Episode]], Orders]:
    """Findings, the surest first, the episodes of each, and what became of the orders."""
    orders = Orders.of(events)
    by_account: dict[int, list[Episode]] = defaultdict(list)
    for episode in find_episodes(events, orders, rules):
        by_account[episode.account].append(episode)
    made = []
    for account, episodes in by_account.items():
        shown, own_side = sum(one.shown for one in episodes), sum(one.own_side for one in episodes)
        if len(episodes) >= rules.episodes and shown >= rules.one_sided * own_side:
            made.append((_finding(events, orders, account, episodes, rules), episodes))
    made.sort(key=lambda pair: (-pair[0].score, -pair[0].events))
    return [finding for finding, _ in made], [episodes for _, episodes in made], orders


def _finding(
    events: OrderEvents, orders: Orders, account: int, episodes: list[Episode], rules: SpoofingRules
) -> Finding:
    name = events.accounts[account]
    layers = float(np.median([len(one.orders) for one in episodes]))
    shown, filled = sum(one.shown for one in episodes), sum(one.filled for one in episodes)
    own_side = sum(one.own_side for one in episodes)
    fills = int(((events.account == account) & (events.action == 2)).sum())
    taken = np.concatenate([one.orders for one in episodes])
    after = [float((orders.gone[one.orders] - events.time[one.fill]).max()) / 1e6 for one in episodes]
    times = events.time[[one.fill for one in episodes]]
    return Finding(
        kind="layering" if layers >= rules.layers else "spoofing",
        measured_on="simulated",
        score=round(1 - 0.5 ** (len(episodes) / rules.episodes), 6),
        accounts=(name,),
        first=float(times.min()) / 1e6,
        last=float(times.max()) / 1e6,
        events=len(taken) + len(episodes),
        volume=shown,
        evidence={
            "episodes": len(episodes),
            "fills_of_account": fills,
            "shown_and_taken_back": round(shown, 8),
            "filled": round(filled, 8),
            "times": round(shown / max(filled, 1e-12), 3),
            "taken_back_on_own_side": round(own_side, 8),
            "median_orders": layers,
            "median_seconds_to_cancel": round(float(np.median(after)), 3),
        },
        reasons=(
            f"{name} {len(episodes):,} times showed large orders on one side, had a small one filled on the other, and "
            "took the large ones back.",
            f"Shown and taken back: {shown:,.6g}, {shown / max(filled, 1e-12):,.0f} times what was filled; typically "
            f"{layers:,.0f} orders at once, gone {np.median(after):.1f} seconds after the fill.",
            f"On the side of its fills it took back {own_side:,.6g} meanwhile: one that quotes both sides renews both.",
            f"{len(episodes) / max(fills, 1):.0%} of its {fills:,} fills are such.",
            SIMULATED,
        ),
    )
