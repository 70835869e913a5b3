"""Proposals: limits, coins outside of the universe, dust, and forecasts without skill; no server is asked anything."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from blocks.exchange import Candles
from models.portfolio.errors import InfeasibleWeights
from tasks.portfolio.held import Held
from tasks.portfolio.history import History
from tasks.portfolio.policy import Policy
from tasks.portfolio.proposal import Proposal, propose_orders
from tests.models.portfolio.market import panel

pytestmark = pytest.mark.crypto

PRICES = {"BTC": "60000", "ETH": "3000", "SOL": "150"}
HELD = {"BTC": "0.5", "ETH": "1"}
EVEN: dict[str, Any] = {"strategy": "equal-weight", "cash_reserve": 0.1}
ALL = ("BTC", "ETH", "SOL")


def candles(symbol: str, day: NDArray[np.datetime64], close: NDArray[np.float64]) -> Candles:
    whole = dict.fromkeys(("open", "high", "low", "close", "volume"), close)
    time = day.astype("datetime64[ms]")
    made = {"symbol": symbol, "quote": "USDT", "timeframe": "1d", "exchange": "sample", "source": "sample"}
    return Candles(**made, time=time, as_of=datetime(2026, 1, 1, tzinfo=UTC), **whole)


def history(coins: int = 3) -> History:
    prices = panel(400, coins=coins)
    return History(
        {name: candles(name, prices.day, prices.close[:, i]) for i, name in enumerate(prices.symbols)},
        {name: Decimal(PRICES[name]) for name in prices.symbols},
        datetime(2026, 1, 1, tzinfo=UTC),
        "USDT",
        "sample",
        "made up",
        "sample",
    )


def propose(
    held: dict[str, str], cash: str = "1000", universe: tuple[str, ...] = ALL, coins: int = 3, **policy: Any
) -> Proposal:
    return propose_orders.fn(
        Held({name: Decimal(amount) for name, amount in held.items()}, "amount", Decimal(cash), "request"),
        history(coins),
        Policy(**policy),
        universe=universe,
        execute="no",
        account="default",
        approval_seconds=60,
    )


def test_limits_are_kept() -> None:
    limited = propose(HELD, **EVEN, turnover_limit=0.3)
    assert limited.turnover <= 0.3
    assert limited.scaled < 1
    assert limited.orders[0].amount < Decimal("0.33")
    still = propose({}, cash="34000", **EVEN, drift_band=0.5)
    assert still.orders == []
    assert all("inside the band" in str(one.left_alone) for one in still.weights)
    capped = propose(HELD, strategy="min-cvar", max_weight=0.4)
    assert all(one.target <= 0.4 for one in capped.weights)
    assert sum(one.target for one in capped.weights) == pytest.approx(0.98, abs=1e-5)
    with pytest.raises(InfeasibleWeights, match="raise max_weight or cash_reserve"):
        propose(HELD, max_weight=0.2)


def test_risk_budgets_are_named_in_any_case() -> None:
    shares = {"btc": 5.0, "eth": 1.0, "Sol": 1.0}
    more = propose(HELD, strategy="risk-budgeting", risk_budget=shares)
    even = propose(HELD, strategy="risk-budgeting")
    assert more.weights[0].target > even.weights[0].target


def test_coins_outside_of_the_universe_are_sold_and_dust_stays() -> None:
    done = propose({"BTC": "0.5", "ETH": "0.001", "SOL": "10"}, universe=("BTC",), drift_band=0)
    assert ("sell", "SOL", Decimal(10)) in [(order.side, order.symbol, order.amount) for order in done.orders]
    dust = next(one for one in done.weights if one.symbol == "ETH")
    assert "below the exchange's least order of 5" in str(dust.left_alone)
    assert "Too small for the exchange to take, so they stay: ETH." in done.warnings
    assert any("rules of orders are not known" in warning for warning in done.warnings)


def test_without_skill_forecasts_tilt_nothing(prefect_api: str) -> None:
    from prefect import flow

    tilted = flow(name="tilt")(lambda: propose(HELD, universe=("BTC", "ETH"), strategy="forecast-tilted", coins=2))()
    plain = propose(HELD, universe=("BTC", "ETH"), strategy="hrp", coins=2)
    assert [view.symbol for view in tilted.views] == ["BTC", "ETH"]
    for view in tilted.views:
        assert (view.reason is None) == (view.skill is not None and view.skill > 0)
        assert view.reason is None or view.tilt == 0
    if not any(view.tilt for view in tilted.views):
        assert [one.target for one in tilted.weights] == [one.target for one in plain.weights]
        assert any("No forecast has shown skill" in warning for warning in tilted.warnings)
