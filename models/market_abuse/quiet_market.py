"""A simulated quiet market: trades in bursts, amounts over four powers of ten, days that are livelier than others."""

import numpy as np

from models.market_abuse.trades import NO_ACCOUNT, UNITS, Trades

START = 1_700_000_000_000_000


def quiet_market(count: int = 4_000, *, seed: int = 0, gap_seconds: float = 18.0, lively: float = 0.0) -> Trades:
    """`count` trades, `gap_seconds` apart on average; a fifth of the amounts are round, no account is named.

    `lively`: how strongly activity and volatility swing together (standard deviation of their logarithm); 0 is even.
    """
    drawn = np.random.default_rng(seed)
    swing = np.zeros(count)
    if lively:
        steps = drawn.normal(0, 1, count)
        for place in range(1, count):
            swing[place] = 0.995 * swing[place - 1] + 0.1 * steps[place]
        swing *= lively
    gaps = np.where(drawn.random(count) < 0.4, 0.02, drawn.exponential(gap_seconds / 0.6, count) * np.exp(-swing))
    amounts = np.maximum(np.exp(drawn.normal(4.2, 1.7, count)), 0.1)
    amounts = np.where(drawn.random(count) < 0.2, np.ceil(amounts / 10) * 10, amounts)
    return Trades(
        time=START + np.cumsum(gaps * 1e6).astype(np.int64),
        price=0.0015 * np.exp(np.cumsum(drawn.standard_t(4, count) * 2e-4 * np.exp(swing / 2))),
        amount=np.rint(amounts * UNITS).astype(np.int64),
        side=drawn.choice(np.array([-1, 1], np.int8), count),
        buyer=np.full(count, NO_ACCOUNT, np.int32),
        seller=np.full(count, NO_ACCOUNT, np.int32),
        market=np.zeros(count, np.int32),
        row=np.arange(1, count + 1),
        id=np.full(count, "", dtype=object),
    )
