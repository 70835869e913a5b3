"""Real trades with accounts made up and wash trades planted: what the detector is measured on, since no public trades
name who is behind them together with who is honest."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.trades import Trades

MINUTE: Final = 60_000_000


@dataclass(frozen=True, eq=False)
class Planted:
    """`wash`: which trades are planted. `ring`: the number of each planted trade's ring, -1 for honest ones.
    `makers`: places of the one-sided market makers among the accounts."""

    trades: Trades
    wash: NDArray[np.bool_]
    ring: NDArray[np.int32]
    makers: tuple[int, ...]


def plant(
    market: Trades,
    *,
    accounts: int = 400,
    rings: int = 12,
    rounds: int = 8,
    noise: float = 0.01,
    makers: int = 2,
    maker_share: float = 0.15,
    seed: int = 0,
) -> Planted:
    """Honest accounts trade with a frequency that falls with their rank (Zipf); rings of 1 to 4 accounts go round.

    `makers` accounts take `maker_share` of all honest trades, each on one side only: one buys, the next sells, and so
    on. Rings: a quarter trade with themselves, the others have 2, 3 and 4 accounts; half of them are accounts that also
    trade honestly. Amounts are drawn from the real ones, each trade off by up to `noise`. `rounds` rounds each.
    """
    drawn = np.random.default_rng(seed)
    honest = len(market)
    share = 1 / np.arange(1, accounts + 1)
    share /= share.sum()
    buyer = drawn.choice(accounts, honest, p=share)
    seller = drawn.choice(accounts, honest, p=share)
    same = buyer == seller
    seller[same] = (seller[same] + 1 + drawn.integers(0, accounts - 1, int(same.sum()))) % accounts
    for number in range(makers):
        taken = drawn.random(honest) < maker_share / max(makers, 1)
        (buyer if number % 2 == 0 else seller)[taken] = accounts + number
    fresh = accounts + makers
    parts = []
    for ring in range(rings):
        size = (1, 2, 3, 4)[ring % 4]
        if ring % 8 < 4:
            members = np.arange(fresh, fresh + size)
            fresh += size
        else:
            members = drawn.choice(np.arange(accounts // 4, accounts), size, replace=False)
        parts.append(_rounds_of(members, market, rounds, noise, ring, drawn))
    return _merged(market, buyer, seller, parts, fresh, tuple(range(accounts, accounts + makers)))


Columns = tuple[NDArray[np.int64], ...]


def _rounds_of(
    members: NDArray[np.int64], market: Trades, rounds: int, noise: float, ring: int, drawn: np.random.Generator
) -> Columns:
    """(time, amount, buyer, seller, ring) of one ring's trades."""
    starts = drawn.integers(market.time[0], max(market.time[-1] - 50 * MINUTE, market.time[0] + 1), rounds)
    columns: list[list[int]] = [[], [], [], [], []]
    for start in starts.tolist():
        amount = int(np.quantile(market.amount, drawn.uniform(0.3, 0.95)))
        legs = len(members)
        offsets = np.sort(drawn.integers(0, 45 * MINUTE, legs))
        for leg in range(legs):
            off = 1 + drawn.uniform(-noise, noise)
            given, taken = int(members[leg]), int(members[(leg + 1) % legs])
            row = (start + int(offsets[leg]), max(int(amount * off), 1), taken, given, ring)
            for column, value in zip(columns, row, strict=True):
                column.append(value)
    return tuple(np.array(column, dtype=np.int64) for column in columns)


def _merged(
    market: Trades,
    buyer: NDArray[np.int64],
    seller: NDArray[np.int64],
    parts: list[Columns],
    count: int,
    makers: tuple[int, ...],
) -> Planted:
    none = np.full(len(market), -1)
    joined = [
        np.concatenate(columns)
        for columns in zip((market.time, market.amount, buyer, seller, none), *parts, strict=True)
    ]
    order = np.argsort(joined[0], kind="stable")
    time, amount, bought, sold, ring = (column[order] for column in joined)
    near = np.clip(np.searchsorted(market.time, time, "right") - 1, 0, len(market) - 1)
    trades = Trades(
        time=time,
        price=market.price[near],
        amount=amount,
        side=market.side[near],
        buyer=bought.astype(np.int32),
        seller=sold.astype(np.int32),
        market=np.zeros(len(time), np.int32),
        row=np.arange(1, len(time) + 1),
        id=np.full(len(time), "", dtype=object),
        accounts=tuple(f"account-{number}" for number in range(count)),
        symbols=market.symbols[:1],
    )
    return Planted(trades, ring >= 0, ring.astype(np.int32), makers)
