"""backtest_portfolio from end to end, on a Binance on loopback."""

import csv
import io
import json
from collections.abc import Iterator

import numpy as np
import pytest
from pydantic import ValidationError

from blocks.asset_store import AssetStore
from blocks.exchange import Exchange
from blocks.saved_block import forget_remembered_blocks
from flows.crypto.portfolio_backtest import PortfolioBacktest, PortfolioBacktestRequest, backtest_portfolio
from models.portfolio.errors import ShortReturns
from tests.blocks.trading_binance import TradingBinance
from tests.flows.test_crypto import artifacts, use_exchange

pytestmark = pytest.mark.crypto

BODY = {"symbols": ["BTC", "ETH", "SOL"], "strategies": ["hrp"], "history_days": 300}


@pytest.fixture
def binance(prefect_api: str) -> Iterator[TradingBinance]:
    with TradingBinance({"BTC": "60000", "ETH": "3000", "SOL": "150"}) as server:
        use_exchange(server.url)
        yield server
    Exchange.delete("default")
    forget_remembered_blocks()


def test_strategies_are_walked_and_what_they_did_can_be_looked_at(binance: TradingBinance) -> None:
    done = backtest_portfolio(BODY)

    assert isinstance(done, PortfolioBacktest)
    assert [one.strategy for one in done.records] == ["hrp", "inverse-volatility", "equal-weight"]
    assert done.rebalancings == 4
    for one in done.records:
        assert one.cvar_95.low <= one.cvar_95.value <= one.cvar_95.high
        assert 0 < one.max_drawdown.value < 100
    store, contents = AssetStore.default(), {}
    for asset in done.assets:
        with store.open(asset.uri) as stream:
            contents[asset.name] = stream.read()
    assert contents["portfolio-backtest.png"].startswith(b"\x89PNG")
    assert json.loads(contents["portfolio-backtest.json"])[0]["strategy"] == "hrp"
    lines = list(csv.DictReader(io.StringIO(contents["daily-returns.csv"].decode())))
    assert len(lines) == 120
    grown = np.prod([1 + float(line["equal-weight"]) for line in lines])
    assert done.records[2].total_return == pytest.approx(100 * (grown - 1))
    made = artifacts(done.run_id)
    assert {"portfolio-backtest", "portfolio-backtest-summary"} <= set(made)
    assert "| hrp |" in made["portfolio-backtest-summary"].data
    assert PortfolioBacktest.model_validate_json(done.model_dump_json()) == done


def test_too_short_a_history_is_refused(binance: TradingBinance) -> None:
    with pytest.raises(ShortReturns, match="too few to walk forward"):
        backtest_portfolio({**BODY, "history_days": 200})


@pytest.mark.parametrize("body", [{"symbols": ["BTC"]}, {"symbols": ["BTC", "btc"]}, {"cost": -1}, {"x": 1}], ids=str)
def test_bad_requests_are_refused(body: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PortfolioBacktestRequest.model_validate(body)
