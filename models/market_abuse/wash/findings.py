"""Wash trades of all markets of a file as findings."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.finding import Finding
from models.market_abuse.trades import Trades
from models.market_abuse.wash.netted import find_netted_sets
from models.market_abuse.wash.ring import NettedSet, Ring
from models.market_abuse.wash.rings import find_rings
from models.market_abuse.wash.rules import WashRules

LISTED: Final = 12
"""Accounts named in a reason; all are in the finding."""


def find_wash_trades(trades: Trades, rules: WashRules) -> tuple[list[Finding], list[NDArray[np.intp]]]:
    """Findings and, beside each, the places of its trades. Trades that do not name both sides are left out."""
    findings: list[Finding] = []
    members: list[NDArray[np.intp]] = []
    for market in np.unique(trades.market[trades.named]).tolist():
        places = np.flatnonzero(trades.named & (trades.market == market))
        own = trades.buyer[places] == trades.seller[places]
        symbol = trades.symbols[market]
        for account in np.unique(trades.buyer[places[own]]).tolist():
            selfs = places[own & (trades.buyer[places] == account)]
            findings.append(_self_trades(trades, selfs, places, account, symbol))
            members.append(selfs)
        between = places[~own]
        within = trades[between]
        rings, sets = _apart(find_rings(within, rules), find_netted_sets(within, rules), len(between))
        free = np.ones(len(between), dtype=bool)
        for ring in rings:
            free[ring.trades] = False
            placed = between[ring.trades]
            findings.append(_ring(trades, placed, ring, symbol))
            members.append(placed)
        for netted in sets:
            free[netted.trades] = False
            placed = between[netted.trades]
            findings.append(_netted_set(trades, placed, netted, symbol))
            members.append(placed)
        left = between[free]
        for netted in find_netted_sets(trades[left], rules):
            placed = left[netted.trades]
            findings.append(_netted_set(trades, placed, netted, symbol))
            members.append(placed)
    order = sorted(range(len(findings)), key=lambda place: (-findings[place].score, -findings[place].volume))
    return [findings[place] for place in order], [members[place] for place in order]


def _apart(rings: list[Ring], sets: list[NettedSet], count: int) -> tuple[list[Ring], list[NettedSet]]:
    """Rings and sets that share no trade: a set stays whole where the rings within it are less than half of it.

    Trades of a set that happen to match would otherwise be taken for a small ring, and what is left nets to nothing
    no more. Where a ring reaches beyond a set, the ring stays.
    """
    owner = np.full(count, -1)
    for number, ring in enumerate(rings):
        owner[ring.trades] = number
    kept: list[NettedSet] = []
    given_up: set[int] = set()
    for netted in sets:
        touching, inside = np.unique(owner[netted.trades][owner[netted.trades] >= 0], return_counts=True)
        whole = all(len(rings[number].trades) == own for number, own in zip(touching.tolist(), inside, strict=True))
        if whole and 2 * int(inside.sum()) < len(netted.trades):
            kept.append(netted)
            given_up.update(touching.tolist())
    return [ring for number, ring in enumerate(rings) if number not in given_up], kept


def _self_trades(
    trades: Trades, selfs: NDArray[np.intp], places: NDArray[np.intp], account: int, symbol: str | None
) -> Finding:
    name = trades.accounts[account]
    total = int(((trades.buyer[places] == account) | (trades.seller[places] == account)).sum())
    volume = float(trades.units[selfs].sum())
    return Finding(
        kind="self_trade",
        measured_on="planted",
        score=1.0,
        accounts=(name,),
        symbol=symbol,
        first=float(trades.time[selfs].min()) / 1e6,
        last=float(trades.time[selfs].max()) / 1e6,
        events=len(selfs),
        volume=volume,
        evidence={"self_trades": len(selfs), "trades_of_account": total, "share": round(len(selfs) / total, 6)},
        reasons=(
            f"{name} is buyer and seller of {len(selfs):,} trades ({len(selfs) / total:.0%} of its {total:,}), "
            f"{volume:,.8g} in all: nothing changed hands.",
        ),
    )


def _ring(trades: Trades, places: NDArray[np.intp], ring: Ring, symbol: str | None) -> Finding:
    names = tuple(trades.accounts[account] for account in ring.accounts)
    volume = float(trades.units[places].sum())
    way = " → ".join((*names[:LISTED], names[0]))
    times = trades.time[places]
    span = float(times.max() - times.min()) / 6e7
    chance = max(ring.log10_chance, -300.0)
    per_round = "each round" if ring.rounds > 1 else "its one round"
    return Finding(
        kind="wash_ring",
        measured_on="planted",
        score=round(float(-np.expm1(min(chance, -0.3) * np.log(10))), 6),
        accounts=names,
        symbol=symbol,
        first=float(times.min()) / 1e6,
        last=float(times.max()) / 1e6,
        events=len(places),
        volume=volume,
        evidence={
            "accounts": len(names),
            "rounds": ring.rounds,
            "window_minutes": ring.window / 6e7,
            "log10_chance": round(chance, 3),
            "share_of_their_trades": round(ring.inside, 6),
            "largest_net_share": round(ring.net, 6),
        },
        reasons=(
            f"{way}: the same amount went round {ring.rounds:,} {'times' if ring.rounds > 1 else 'time'} "
            f"({len(places):,} trades, {volume:,.8g} in all) within {_lasting(span)}, {per_round} inside "
            f"{_lasting(ring.window / 6e7)}.",
            f"After it none of them kept more than {ring.net:.1%} of what it turned over.",
            f"{ring.inside:.0%} of all trades of these accounts are part of it.",
            f"If who meets whom depended only on how much each trades, the odds of it would be 1 in "
            f"{'10^12 or less' if chance < -12 else format(10**-chance, ',.0f')}.",
        ),
    )


def _netted_set(trades: Trades, places: NDArray[np.intp], netted: NettedSet, symbol: str | None) -> Finding:
    names = tuple(trades.accounts[account] for account in netted.accounts)
    volume, times = float(trades.units[places].sum()), trades.time[places]
    return Finding(
        kind="netted_set",
        measured_on="planted",
        score=round(1 - 0.5 ** (len(places) / 4), 6),
        accounts=names,
        symbol=symbol,
        first=float(times.min()) / 1e6,
        last=float(times.max()) / 1e6,
        events=len(places),
        volume=volume,
        evidence={
            "accounts": len(names),
            "windows": netted.windows,
            "window_minutes": netted.window / 6e7,
            "largest_net_share": round(netted.left, 6),
        },
        reasons=(
            f"{', '.join(names[:LISTED])} traded {volume:,.8g} with each other in {len(places):,} trades of differing "
            f"amounts, and each ended where it began: no position moved by more than {netted.left:.2%} of a trade.",
            f"So it was in {netted.windows:,} window{'' if netted.windows == 1 else 's'} of "
            f"{_lasting(netted.window / 6e7)}, in which these trades were most of what they did.",
        ),
    )


def _lasting(minutes: float) -> str:
    """A length of time in words."""
    return f"{minutes:,.0f} minutes" if minutes < 180 else f"{minutes / 60:,.0f} hours"
