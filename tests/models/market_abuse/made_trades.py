"""Trades of a made-up market: amounts and gaps as real ones have them, no account named."""

import numpy as np

from models.market_abuse.trades import NO_ACCOUNT, UNITS, Trades

START = 1_700_000_000_000_000


def quiet_market(count: int = 4_000, *, seed: int = 0, gap_seconds: float = 18.0) -> Trades:
    """Trades of amounts spread over four powers of ten, a fifth of them round, in bursts of a few."""
    drawn = np.random.default_rng(seed)
    gaps = np.where(drawn.random(count) < 0.4, 0.02, drawn.exponential(gap_seconds / 0.6, count))
    amounts = np.maximum(np.exp(drawn.normal(4.2, 1.7, count)), 0.1)
    amounts = np.where(drawn.random(count) < 0.2, np.ceil(amounts / 10) * 10, amounts)
    return Trades(
        time=START + np.cumsum(gaps * 1e6).astype(np.int64),
        price=0.0015 * np.exp(np.cumsum(drawn.normal(0, 2e-4, count))),
        amount=np.rint(amounts * UNITS).astype(np.int64),
        side=drawn.choice(np.array([-1, 1], np.int8), count),
        buyer=np.full(count, NO_ACCOUNT, np.int32),
        seller=np.full(count, NO_ACCOUNT, np.int32),
        market=np.zeros(count, np.int32),
        row=np.arange(1, count + 1),
        id=np.full(count, "", dtype=object),
    )
