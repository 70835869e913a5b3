"""Made-up daily prices that fall together, as coins do."""

import numpy as np
from numpy.typing import NDArray

from models.portfolio.panel import Panel

SYMBOLS = ("BTC", "ETH", "SOL", "BNB", "XRP")
SPREADS = np.array([0.02, 0.03, 0.05, 0.025, 0.04])


def returns(days: int, coins: int = 5, seed: int = 3) -> NDArray[np.float64]:
    generator = np.random.default_rng(seed)
    together = generator.standard_t(4, (days, 1)) / np.sqrt(2)
    alone = generator.standard_t(4, (days, coins)) / np.sqrt(2)
    return np.maximum(SPREADS[:coins] * (0.7 * together + 0.7 * alone), -0.6)


def panel(days: int = 500, coins: int = 5, seed: int = 3, start: str = "2024-01-01") -> Panel:
    moves = returns(days, coins, seed)
    close = 100 * np.cumprod(1 + np.vstack([np.zeros((1, coins)), moves]), axis=0)
    day = np.datetime64(start, "D") + np.arange(days + 1)
    return Panel.of({symbol: (day, close[:, i]) for i, symbol in enumerate(SYMBOLS[:coins])})


def garch_path(days: int, seed: int = 5, alpha: float = 0.1, beta: float = 0.85) -> NDArray[np.float64]:
    """Returns of a GARCH(1,1) process of 2 % a day with normal surprises."""
    generator = np.random.default_rng(seed)
    omega = 0.0004 * (1 - alpha - beta)
    variance, moves = 0.0004, np.empty(days)
    for i in range(days):
        moves[i] = np.sqrt(variance) * generator.standard_normal()
        variance = omega + alpha * moves[i] ** 2 + beta * variance
    return moves
