"""How the detectors do on netted sets planted in trades, and on order books of our own simulator.

Called by `python tests/benchmarks/market_abuse.py`.
"""

import time
from dataclasses import replace

import numpy as np
from rich.console import Console
from rich.table import Table

from models.market_abuse.spoofing.findings import find_spoofing
from models.market_abuse.spoofing.rules import SpoofingRules
from models.market_abuse.spoofing.simulator import simulate_book
from models.market_abuse.trades import Trades
from models.market_abuse.wash.findings import find_wash_trades
from models.market_abuse.wash.planting import MINUTE, plant
from models.market_abuse.wash.rules import WashRules

SEEDS = range(100, 105)


def with_netted_sets(trades: Trades, *, sets: int, size: int, legs: int, seed: int) -> tuple[Trades, np.ndarray]:
    """Trades with sets of `size` fresh accounts that trade differing amounts with each other and end where they began.

    Each set makes `legs` trades of random amounts between neighbours, then trades back what each has too much; all
    within 45 minutes. Returns the trades in the order of time and which of them are planted.
    """
    drawn = np.random.default_rng(seed)
    rows: list[tuple[int, int, int, int]] = []
    for number in range(sets):
        own = []
        for leg in range(legs):
            amount = int(np.quantile(trades.amount, drawn.uniform(0.3, 0.95)))
            own.append((leg % size, (leg + 1) % size, amount))
        own += _trades_back(own, size)
        first = int(drawn.integers(trades.time[0], trades.time[-1] - 50 * MINUTE))
        at = first + np.sort(drawn.integers(0, 45 * MINUTE, len(own)))
        base = len(trades.accounts) + number * size
        rows += [
            (moment, amount, base + giver, base + taker)
            for moment, (giver, taker, amount) in zip(at.tolist(), own, strict=True)
        ]
    moment, amounts, seller, buyer = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    near = np.clip(np.searchsorted(trades.time, moment, "right") - 1, 0, len(trades) - 1)
    joined = trades[np.concatenate([np.arange(len(trades)), near])]
    made = replace(
        joined,
        time=np.concatenate([trades.time, moment]),
        amount=np.concatenate([trades.amount, amounts]),
        seller=np.concatenate([trades.seller, seller]).astype(np.int32),
        buyer=np.concatenate([trades.buyer, buyer]).astype(np.int32),
        row=np.arange(1, len(joined) + 1),
        accounts=(*trades.accounts, *(f"set-{place // size}-{place % size}" for place in range(sets * size))),
    )
    order = np.argsort(made.time, kind="stable")
    return made[order], order >= len(trades)


def _trades_back(own: list[tuple[int, int, int]], size: int) -> list[tuple[int, int, int]]:
    """Trades, two between each pair of neighbours, after which every account holds what it held before."""
    held = np.zeros(size, np.int64)
    for giver, taker, amount in own:
        held[giver] -= amount
        held[taker] += amount
    back = []
    for place in range(size - 1):
        giver, taker = (place, place + 1) if held[place] > 0 else (place + 1, place)
        whole = abs(int(held[place]))
        back += [(giver, taker, part) for part in (whole // 2, whole - whole // 2) if part]
        held[place + 1] += held[place]
    return back


def show_netted(market: Trades, console: Console) -> None:
    """Sets that net to nothing in differing amounts, planted beside honest accounts and one-sided makers."""
    table = Table(title="Netted sets planted in real trades (last 40 %): differing amounts, each ends where it began")
    for column in ("accounts", "of a set", "planted", "precision", "recall", "makers flagged", "s"):
        table.add_column(column, justify="right")
    for accounts in (100, 400, 2_000):
        for size in (2, 3, 4, 5):
            hits, makers, began = np.zeros(3), 0, time.perf_counter()
            for seed in SEEDS:
                honest = plant(market, accounts=accounts, rings=0, seed=seed)
                trades, planted = with_netted_sets(honest.trades, sets=12, size=size, legs=4 * size, seed=seed)
                found = np.zeros(len(trades), dtype=bool)
                for members in find_wash_trades(trades, WashRules())[1]:
                    found[members] = True
                hits += [(found & planted).sum(), found.sum(), planted.sum()]
                makers += int(np.isin([trades.buyer[found], trades.seller[found]], honest.makers).sum())
            table.add_row(
                f"{accounts:,}", f"{size}", f"{hits[2]:,.0f}", f"{hits[0] / max(hits[1], 1):.3f}",
                f"{hits[0] / hits[2]:.3f}", f"{makers}", f"{(time.perf_counter() - began) / len(SEEDS):.2f}",
            )  # fmt: skip
    console.print(table)


def show_books(console: Console) -> None:
    """Spoofers and layerers in simulated books of an hour."""
    table = Table(title="Spoofing and layering: SIMULATED books of an hour, nothing real")
    for column in ("episodes each", "guilty", "found", "right kind", "honest", "honest flagged", "s a book"):
        table.add_column(column, justify="right")
    for episodes in (2, 4, 8):
        guilty = found = kind = honest = flagged = 0
        began = time.perf_counter()
        for seed in range(500, 510):
            book = simulate_book(seed=seed, episodes=episodes)
            truth = {f"trader-{place}": "spoofing" for place in book.spoofers}
            truth |= {f"trader-{place}": "layering" for place in book.layerers}
            said = {one.accounts[0]: one.kind for one in find_spoofing(book.events, SpoofingRules())[0]}
            guilty, honest = guilty + len(truth), honest + len(book.events.accounts) - len(truth)
            found += len(said.keys() & truth.keys())
            kind += sum(said.get(name) == what for name, what in truth.items())
            flagged += len(said.keys() - truth.keys())
        seconds = (time.perf_counter() - began) / 10
        table.add_row(*(f"{value:,}" for value in (episodes, guilty, found, kind, honest, flagged)), f"{seconds:.2f}")
    console.print(table)
