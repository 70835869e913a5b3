"""assess_risk from end to end: a Binance on loopback, the recorded sample, a file; files, rows and artifacts."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from blocks.asset_store import AssetStore
from blocks.exchange import Exchange, ExchangeUnavailable, NetworkAway, UnknownSymbol
from blocks.saved_block import forget_remembered_blocks
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import portfolio_risk
from flows.crypto.risk import RiskAssessment, RiskRequest, assess_risk
from models.portfolio.errors import ShortReturns
from tests.blocks.binance import Trouble
from tests.blocks.trading_binance import TradingBinance
from tests.conftest import free_port
from tests.flows.test_crypto import artifacts, use_exchange

pytestmark = pytest.mark.crypto

COINS = {"BTC": "60000", "ETH": "3000", "DOGE": "0.1"}
HELD = {"holdings": {"BTC": "0.5", "ETH": "10", "DOGE": "50000"}, "cash": "5000"}
SHORT = {**HELD, "history_days": 140}
SAMPLE = {"holdings": {"BTC": "0.5"}, "exchange": "sample", "quote": "USD"}


@pytest.fixture
def exchange_block(prefect_api: str) -> Iterator[None]:
    yield
    Exchange.delete("default")
    forget_remembered_blocks()


@pytest.fixture
def binance(exchange_block: None) -> Iterator[TradingBinance]:
    with TradingBinance(COINS, days=500) as server:
        use_exchange(server.url)
        yield server


def test_a_portfolio_is_assessed(binance: TradingBinance) -> None:
    risk = assess_risk(HELD)

    assert isinstance(risk, RiskAssessment)
    assert risk.total == Decimal(30000) + 30000 + 5000 + 5000
    assert [position.weight for position in risk.positions] == pytest.approx([3 / 7, 3 / 7, 0.5 / 7])
    assert risk.positions[0].price == Decimal("60000.0"), "the price of the last trade, not the last close"
    by_key = {(tail.method, tail.level, tail.horizon_days): tail for tail in risk.tails}
    assert set(by_key) == {(m, level, d) for m in ("historical", "filtered") for level in (95, 99) for d in (1, 10)}
    for tail in risk.tails:
        assert 0 < tail.var_low <= tail.var <= tail.var_high
        assert tail.var <= tail.cvar
        assert tail.cvar_low <= tail.cvar <= tail.cvar_high
        assert tail.var_value == pytest.approx(tail.var / 100 * float(risk.total))
    for level in (95, 99):
        assert by_key["historical", level, 10].var > by_key["historical", level, 1].var
    shares = sum(position.cvar_contribution for position in risk.positions)
    assert shares == pytest.approx(by_key["historical", 95, 1].cvar)
    assert sum(position.cvar_share for position in risk.positions) == pytest.approx(100)
    assert risk.volatility.model in {"garch", "ewma"}
    assert (risk.volatility.garch is None) == (risk.volatility.fallback is not None)
    assert risk.drawdown.peak < risk.drawdown.trough
    assert risk.correlation.matrix[0][0] == pytest.approx(1)
    assert risk.correlation.matrix[0][1] == risk.correlation.matrix[1][0]
    assert {(one.method, one.level) for one in risk.var_record} == {(m, n) for m, n, d in by_key if d == 1}
    assert all(one.days == 248 for one in risk.var_record), "499 closed days, 498 returns, 250 to learn from"
    assert (risk.data_source, risk.historical, risk.quote) == ("binance", False, "USDT")
    assert risk.provenance.seed == 7
    assert RiskAssessment.model_validate_json(risk.model_dump_json()) == risk


def test_crashes_outside_of_the_data_come_from_the_table_and_say_so(binance: TradingBinance) -> None:
    risk = assess_risk(SHORT)

    replays = {replay.name: replay for replay in risk.stress}
    ftx = replays["FTX"]
    assert not ftx.in_your_data
    assert (ftx.recorded, ftx.proxied) == (["BTC", "ETH"], ["DOGE"])
    assert ftx.drops["BTC"] == pytest.approx(-25.24)
    assert ftx.drops["DOGE"] == pytest.approx(-32.22), "the middle of the coins in the table"
    assert ftx.loss == pytest.approx((3 * 25.24 + 3 * 32.22 + 0.5 * 32.22) / 7)
    assert ftx.loss_value == pytest.approx(ftx.loss / 100 * 70_000)


def test_crashes_inside_of_the_data_are_played_from_it(prefect_api: str) -> None:
    risk = assess_risk({**SAMPLE, "history_days": 700})

    covid = risk.stress[0]
    assert (covid.window, covid.in_your_data, covid.recorded) == ("2020-03-11/2020-03-12", True, [])
    assert covid.loss == pytest.approx(37.17, abs=0.01)
    assert risk.historical
    assert any("not today's market" in warning for warning in risk.warnings)


def test_what_it_leaves_behind_can_be_looked_at(binance: TradingBinance) -> None:
    risk = assess_risk(HELD)

    store, contents = AssetStore.default(), {}
    for asset in risk.assets:
        with store.open(asset.uri) as stream:
            contents[asset.name] = stream.read()
    assert contents["portfolio-risk.png"].startswith(b"\x89PNG")
    document = json.loads(contents["portfolio-risk.json"])
    assert document["tails"] == json.loads(risk.model_dump_json())["tails"]
    assert document["data_sha256"] == risk.provenance.data_sha256
    assert set(json.loads(contents["history.json"])["candles"]) == set(COINS)
    made = artifacts(risk.run_id)
    assert set(made) == {"portfolio-positions", "portfolio-risk-summary", "portfolio-risk"}
    assert "One day in twenty loses" in made["portfolio-risk-summary"].data
    assert "not in your data (table: BTC, ETH; stand-in: DOGE)" in made["portfolio-risk-summary"].data
    assert [row["coin"] for row in json.loads(made["portfolio-positions"].data)] == list(COINS)
    (rows,) = risk.rows
    stored = Warehouse.default().read(select(portfolio_risk).where(portfolio_risk.c.run_id == risk.run_id))
    assert len(stored) == rows.count
    var = next(row for row in stored if (row["measure"], row["method"], row["level"]) == ("var", "filtered", 99))
    assert var["value"] in {tail.var for tail in risk.tails}
    assert {row["measure"] for row in stored} == {"var", "cvar", "volatility", "max_drawdown", "stress"}


def test_values_become_amounts(binance: TradingBinance) -> None:
    risk = assess_risk({"holdings": {"BTC": "600", "ETH": "1000"}, "unit": "value", "history_days": 140})

    assert risk.positions[0].amount == Decimal("0.01")
    assert risk.positions[1].amount == Decimal("0.333333333333333333"), "down to 18 decimals"
    assert float(risk.total) == pytest.approx(1600)


def test_a_file_of_hours_becomes_days(prefect_api: str, tmp_path: Path) -> None:
    uri = AssetStore.default().put("uploads/1/candles.csv", hours(120).encode(), "text/csv").uri
    risk = assess_risk({"holdings": {"BTC": "1", "ETH": "1"}, "candles_uri": uri, "history_days": 90})

    assert risk.days == 90
    assert risk.data_source == f"file {uri}"
    assert any("Prices are the closes of 2024-04-30 00:00 UTC in the file" in warning for warning in risk.warnings)
    with pytest.raises(UnknownSymbol, match="The file of candles lacks XRP; it has BTC/USDT, ETH"):
        assess_risk({"holdings": {"XRP": "1"}, "candles_uri": uri})


def hours(days: int) -> str:
    lines = ["symbol,date,open,high,low,close,volume"]
    for symbol, price, pace in (("BTC/USDT", 60000, 0.7), ("ETH", 3000, 1.3)):
        for hour in range(24 * days + 5):
            time = datetime.fromtimestamp(1704067200 + 3600 * hour, UTC).isoformat()
            close = price * (1 + 0.05 * ((hour * pace) % 7 - 3) / 7)
            lines.append(f"{symbol},{time},{close},{close},{close},{close},1")
    return "\n".join(lines)


def test_a_repeated_run_sees_the_same_market(binance: TradingBinance) -> None:
    from prefect import flow

    from tasks.portfolio.history import fetch_history

    @flow(name="twice")
    def twice() -> list[Any]:
        found = []
        for _ in range(2):
            found.append(fetch_history(["BTC", "ETH"], quote="USDT", exchange="binance", days=100))
            binance.prices["BTCUSDT"] = "1"
        return found

    first, again = twice()
    assert first.digest == again.digest
    assert first.prices == again.prices
    assert (first.window, first.priced_at) == (again.window, again.priced_at)


def test_without_network_the_coins_that_cannot_be_had_are_named(exchange_block: None) -> None:
    use_exchange(f"http://127.0.0.1:{free_port()}")

    with pytest.raises(NetworkAway, match="holds BTC alone, not ETH, DOGE: try again"):
        assess_risk(HELD)
    risk = assess_risk({"holdings": {"BTC": "1"}, "history_days": 140})
    assert risk.data_source.startswith("recorded sample (network unavailable")
    assert "Prices are in USD; USDT was asked for." in risk.warnings
    assert "Recorded sample, not today's market" in artifacts(risk.run_id)["portfolio-risk-summary"].data


def test_trouble_is_not_papered_over(binance: TradingBinance) -> None:
    with pytest.raises(UnknownSymbol, match="NOPE/USDT"):
        assess_risk({"holdings": {"BTC": "1", "NOPE": "1"}})
    binance.troubles.extend([Trouble(503)] * 9)
    with pytest.raises(ExchangeUnavailable, match="HTTP 503"):
        assess_risk(HELD)


def test_a_coin_that_is_too_new_is_named(binance: TradingBinance) -> None:
    binance.by_coin["DOGEUSDT"] = binance.by_coin["DOGEUSDT"][-40:]
    binance.by_coin["ETHUSDT"] = binance.by_coin["ETHUSDT"][-140:]
    with pytest.raises(ShortReturns, match="DOGE has the shortest history"):
        assess_risk(HELD)
    risk = assess_risk({"holdings": {"BTC": "1", "ETH": "1"}})
    assert any("ETH has the shortest history" in warning for warning in risk.warnings)
    assert risk.var_record == []
    assert risk.volatility.fallback == "138 returns are too few for GARCH (250 are needed)"


def test_a_price_that_never_moves_has_no_correlation(binance: TradingBinance) -> None:
    for row in binance.by_coin["DOGEUSDT"]:
        row[1:5] = ["1.00000000"] * 4
    risk = assess_risk(SHORT)
    assert risk.correlation.matrix[2] == [None, None, None]
    assert risk.positions[2].cvar_contribution == pytest.approx(0)


def test_a_second_run_asks_only_for_what_is_new(binance: TradingBinance) -> None:
    assess_risk(SHORT)
    asked = len(binance.asked("klines"))
    assess_risk(SHORT)
    again = binance.asked("klines")[asked:]
    assert all(int(query["limit"]) < 10 for query in again), "the store has the rest"


def test_every_field_of_the_form_is_explained() -> None:
    properties = RiskRequest.model_json_schema()["properties"]
    assert all(field["description"] and field["examples"] for field in properties.values())
    assert [field["position"] for field in properties.values()] == list(range(len(properties)))
