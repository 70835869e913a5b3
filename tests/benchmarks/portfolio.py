"""Portfolio strategies after 10 bp of costs against 1/N and inverse volatility, on real daily prices of five coins.

`python tests/benchmarks/portfolio.py [--days 720]`. Reads ../shared/data/crypto. The bar: expected shortfall (CVaR 95)
and deepest fall below those of 1/N. No Sharpe ratio is promised: look at the intervals.
"""

import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer
from numpy.typing import NDArray

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from models.portfolio.panel import Panel  # noqa: E402
from models.portfolio.strategies import STRATEGIES  # noqa: E402
from models.portfolio.var_backtest import backtest_filtered, backtest_historical  # noqa: E402
from models.portfolio.walk_forward import Measure, compare, walk_forward  # noqa: E402

FILE = PROJECT.parent / "shared/data/crypto/binance_spot_1h_5coins_20200920_20250919.parquet"


def panel() -> Panel:
    """Daily closes of the file, whole days alone."""
    rows = pd.read_parquet(FILE, columns=["symbol", "date", "close"])
    closes = rows.pivot_table(index="date", columns="symbol", values="close").resample("1D").last().iloc[:-1]
    day = closes.index.tz_localize(None).to_numpy("datetime64[D]")
    return Panel.of({str(name).split("/")[0]: (day, closes[name].to_numpy()) for name in closes})


def main(
    days: Annotated[int, typer.Option(help="Days of history, the first window among them; 0: all.")] = 720,
    cost: Annotated[float, typer.Option(help="Part of what is bought and sold.")] = 0.001,
) -> None:
    """Print both tables, and exit 1 where a strategy misses the bar."""
    prices = panel()
    whole = prices.newest(days + 1) if days else prices
    records = compare([walk_forward(whole, strategy, cost=cost) for strategy in STRATEGIES])
    print(f"{whole.day[0]} to {whole.day[-1]}, window 180, step 30, {1e4 * cost:.0f} bp; 90 % intervals in brackets")
    print("| strategy | Sharpe | CVaR 95 % | less 1/N | deepest fall % | less 1/N | turnover a year |")
    print("|---|---|---|---|---|---|---|")
    missed = []
    for one in records:
        print(
            f"| {one.strategy} | {_shown(one.sharpe, 1)} | {100 * one.cvar_95.value:.2f} | "
            f"{_shown(one.cvar_over_equal)} | {100 * one.max_drawdown.value:.1f} | {_shown(one.drawdown_over_equal)} | "
            f"{one.turnover:.1f} |"
        )
        if one.strategy != "equal-weight" and max(one.cvar_over_equal.value, one.drawdown_over_equal.value) >= 0:
            missed.append(one.strategy)
    _print_records(prices.returns @ np.full(len(prices.symbols), 1 / len(prices.symbols)))
    if missed:
        sys.exit(f"not below 1/N in both: {', '.join(missed)}")


def _print_records(returns: NDArray[np.float64]) -> None:
    """How the value at risk of 1/N held over the last 500 days."""
    print("\n| value at risk | passed | expected | Kupiec p | Christoffersen p |\n|---|---|---|---|---|")
    for name, backtest in (("historical", backtest_historical), ("filtered", backtest_filtered)):
        for level, found in backtest(returns, (0.95, 0.99)).items():
            print(
                f"| {name} {level:.0%} | {found.passed} of {len(found.returns)} | {found.expected:.1f} | "
                f"{found.kupiec:.2f} | {found.christoffersen:.2f} |"
            )


def _shown(measure: Measure, scale: float = 100) -> str:
    return f"{scale * measure.value:+.2f} ({scale * measure.low:+.2f} to {scale * measure.high:+.2f})"


if __name__ == "__main__":
    typer.run(main)
