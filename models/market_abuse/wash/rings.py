"""Rings of accounts that hand the same amount round: found by connection and volume, kept where chance can't do it."""

from collections import Counter, defaultdict
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.trades import Trades
from models.market_abuse.wash.buckets import candidates
from models.market_abuse.wash.chance import Market, log10_chance
from models.market_abuse.wash.ring import Ring
from models.market_abuse.wash.rounds import Round, RoundSearch
from models.market_abuse.wash.rules import WashRules

MINUTE: Final = 60_000_000
SHUFFLES: Final = 3
MANY: Final = 100_000
"""Above this many trades one shuffle has rings enough to compare with."""
BEYOND: Final = 2.5
"""Powers of ten by which a ring must be less likely than the least likely one that chance made; from training parts."""
LONG: Final = 4
"""A ring of more accounts than this must be gone round twice: once is what chance does somewhere in a large file."""


def find_rings(trades: Trades, rules: WashRules) -> list[Ring]:
    """Rings among trades of one market that all name two different accounts; the surest first.

    Shorter windows come first, and a trade belongs to one ring at most.
    """
    if len(trades) < 2:
        return []
    time, amount, seller, buyer = trades.time, trades.amount, trades.seller, trades.buyer
    found: list[Ring] = []
    free = np.arange(len(trades))
    for minutes in sorted(rules.windows_minutes):
        window = minutes * MINUTE
        market = Market.of(time, amount, seller, buyer, window, rules.margin)
        kept, left = _in_window(trades[free], market, rules, window)
        found += [_placed(ring, free) for ring in kept]
        free = free[left]
        if len(free) < 2:
            break
    return sorted(found, key=lambda ring: (ring.log10_chance, -len(ring.trades)))


def _in_window(trades: Trades, market: Market, rules: WashRules, window: int) -> tuple[list[Ring], NDArray[np.bool_]]:
    """The rings of one window, and which trades are none's."""
    rings = _rings(trades, market, rules, window)
    least = _least_by_chance(trades, market, rules, window) if rings else {}
    kept = [ring for ring in rings if _is_wash(ring, len(rings), least.get(len(ring.accounts), 0.0), rules)]
    left = np.ones(len(trades), dtype=bool)
    for ring in kept:
        left[ring.trades] = False
    return kept, left


def _rings(trades: Trades, market: Market, rules: WashRules, window: int) -> list[Ring]:
    """All rings, by chance or not."""
    if len(trades) < 2:
        return []
    time, amount, seller, buyer = trades.time, trades.amount, trades.seller, trades.buyer
    search = RoundSearch(time, amount, seller, buyer, window=window, margin=rules.margin)
    rounds = search.search(candidates(time, amount, seller, buyer, window, rules.margin), rules.longest_ring)
    by_accounts: dict[frozenset[int], list[Round]] = defaultdict(list)
    for way in rounds:
        by_accounts[frozenset(seller[list(way.trades)].tolist())].append(way)
    return [_ring(own, trades, market, window) for own in by_accounts.values()]


def _least_by_chance(trades: Trades, market: Market, rules: WashRules, window: int) -> dict[int, float]:
    """By length of the ring, the least chance that shuffled trades came up with.

    Each trade keeps its time, amount and buyer; the sellers of a window's length are dealt out anew. What is a ring
    then is one by chance, and there are far more ways of being a long one.
    """
    least: dict[int, float] = {}
    shuffles = SHUFFLES if len(trades) <= MANY else 1
    for seed in range(shuffles):
        for ring in _rings(_shuffled(trades, window, seed), market, rules, window):
            length = len(ring.accounts)
            least[length] = min(least.get(length, 0.0), ring.log10_chance)
    return least


def _shuffled(trades: Trades, window: int, seed: int) -> Trades:
    drawn = np.random.default_rng(seed)
    stretch = trades.time // window
    seller = trades.seller[np.lexsort((drawn.random(len(trades)), stretch))]  # trades are in the order of time
    mixed = replace(trades, seller=seller)
    return mixed[mixed.seller != mixed.buyer]


def _is_wash(ring: Ring, compared: int, least: float, rules: WashRules) -> bool:
    """Whether chance is too small beside all rings compared and all rings of its length that chance made, or the ring
    trades with nobody else."""
    if len(ring.accounts) > LONG and ring.rounds < 2:
        return False
    bar = min(np.log10(rules.chance) - np.log10(max(compared, 1)), least - BEYOND if least < 0 else 0.0)
    return bool(ring.log10_chance <= bar) or (ring.rounds >= 2 and ring.inside >= rules.closed_share)


def _ring(rounds: list[Round], trades: Trades, market: Market, window: int) -> Ring:
    places = np.array(sorted(place for way in rounds for place in way.trades), dtype=np.intp)
    ways = Counter(_turned(tuple(trades.seller[list(way.trades)].tolist())) for way in rounds)
    expected = sum(market.expected_rounds(way) for way in ways)
    accounts = ways.most_common(1)[0][0]
    own = np.array(accounts)
    total = int((market.bought[own] + market.sold[own]).sum())
    gained = np.bincount(trades.buyer[places], trades.amount[places], len(market.bought))[own]
    given = np.bincount(trades.seller[places], trades.amount[places], len(market.bought))[own]
    return Ring(
        accounts=accounts,
        trades=places,
        rounds=len(rounds),
        window=window,
        log10_chance=log10_chance(len(rounds), expected),
        inside=2 * len(places) / total,
        net=float((np.abs(gained - given) / (gained + given)).max()),
    )


def _turned(way: tuple[int, ...]) -> tuple[int, ...]:
    """The same way round, begun at its first account."""
    start = way.index(min(way))
    return way[start:] + way[:start]


def _placed(ring: Ring, places: NDArray[np.intp]) -> Ring:
    return replace(ring, trades=places[ring.trades])
