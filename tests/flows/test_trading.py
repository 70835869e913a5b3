"""Trading from request to findings, files, rows and artifacts, on a real Prefect server."""

import io
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from blocks.alert_store import AlertStore
from blocks.asset_store import AssetStore
from blocks.exchange import Exchange
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import market_findings
from flows.fraud.trading import TradingAnalysis, TradingAnalysisRequest, analyze_trading
from models.market_abuse.accounts.model import load_account_model
from models.market_abuse.pumps.planting import pumped
from models.market_abuse.quiet_market import quiet_market
from models.market_abuse.spoofing.simulator import simulate_book
from models.market_abuse.wash.planting import Planted, plant
from tasks.market_abuse.market_file import MarketFileError
from tests.blocks.binance import Binance, candle_rows
from tests.flows.test_fraud import artifacts_of

pytestmark = pytest.mark.fraud
BOOK = "time,action,order_id,account,side,price,amount\n"


def analyzed(**request: Any) -> TradingAnalysis:
    return analyze_trading(request=TradingAnalysisRequest.model_validate(request))


def stored(name: str, content: str | bytes) -> str:
    made = content.encode() if isinstance(content, str) else content
    return AssetStore.default().put(f"uploads/test/{name}", made).uri


def opened(uri: str) -> bytes:
    with AssetStore.default().open(uri) as stream:
        return stream.read()


def as_frame(planted: Planted) -> pd.DataFrame:
    trades = planted.trades
    names = np.array(trades.accounts, dtype=object)
    return pd.DataFrame(
        {
            "time": pd.to_datetime(trades.time, unit="us", utc=True),
            "price": trades.price,
            "amount": trades.units,
            "side": np.where(trades.side > 0, "buy", "sell"),
            "buyer": names[trades.buyer],
            "seller": names[trades.seller],
            "trade_id": np.arange(len(trades)),
        }
    )


def test_planted_wash_trades_become_findings_files_rows_and_artifacts(prefect_api: str) -> None:
    planted = plant(quiet_market(1_500), accounts=150, rings=8, rounds=4, seed=1)
    buffer = io.BytesIO()
    as_frame(planted).to_parquet(buffer)
    result = analyzed(trades_uri=stored("trades.parquet", buffer.getvalue()))
    assert result.records == len(planted.trades)
    assert {"wash_ring", "self_trade"} <= result.counts.keys()
    files = {asset.name: asset for asset in result.assets}
    assert {"findings.parquet", "flagged-trades.parquet", "wash-ring.png"} <= files.keys()
    assert opened(files["wash-ring.png"].uri)[:4] == b"\x89PNG"
    flagged = pd.read_parquet(io.BytesIO(opened(files["flagged-trades.parquet"].uri)))
    wash = flagged[flagged["kind"].isin(["wash_ring", "self_trade", "netted_set"])]
    truth = set((np.flatnonzero(planted.wash) + 1).tolist())
    assert len(truth & set(wash["row"])) >= 0.95 * len(truth)
    assert len(truth & set(wash["row"])) >= 0.95 * len(set(wash["row"]))
    rows = Warehouse.default().read(market_findings)
    assert [row["kind"] for row in rows] == [one.kind for one in result.findings]
    assert {row["run_id"] for row in rows} == {result.run_id}
    assert {"market-findings", "market-summary", "wash-ring"} <= artifacts_of(prefect_api, result.run_id).keys()
    assert TradingAnalysis.model_validate_json(result.model_dump_json()) == result
    ring = next(one for one in map(AlertStore.default().alert, result.alerts) if "wash ring" in one.title)
    assert {name for edge in ring.evidence[0]["edges"] for name in edge[:2]} == set(ring.evidence[0]["accounts"])
    assert analyzed(trades_uri=stored("again.parquet", buffer.getvalue())).alerts == [], "each is raised once"


def test_trades_without_accounts_say_what_can_not_be_said(prefect_api: str) -> None:
    lines = [f"{place},0.001{place % 7},{place + 1},1,{1_570_752_011_620 + place * 900},true" for place in range(60)]
    result = analyzed(trades_uri=stored("binance.csv", "\n".join(lines)))
    [wash] = [one for one in result.judged_by if one.detector == "wash_trading"]
    assert not wash.applied
    assert "name no accounts" in wash.what
    assert result.findings == []


def test_a_single_trade_is_answered(prefect_api: str) -> None:
    result = analyzed(trades_uri=stored("one.csv", "time,price,amount,buyer,seller\n2024-01-01T00:00:00Z,1,2,a,b\n"))
    assert (result.records, result.findings) == (1, [])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "the file is empty"),
        ("time,price,amount\n", "holds no rows|empty"),
        ("time,price\n1700000000,1\n", "lacks the columns amount"),
        ("time,price,amount\n1700000000,1,-2\n", "trades_uri: amount is not above 0 .* in row 1"),
        ("time,price,amount\n1700000000,NaN,2\n", "price is no finite number in row 1"),
        ("time,price,amount\n1700000000,1,1e300\n", "amount is not above 0 and below"),
        ("time,price,amount\nyesterday,1,1\n", "time is no time"),
        ("time,price,amount\n12,1,1\n", "time is not between 2000 and 2100"),
        ("time,price,amount\n1700000000,1,1\n1700000000000,1,1\n", "another unit than the first row's in row 2"),
        ("time,price,amount,trade_id\n1700000000,1,1,7\n1700000000,1,2,7\n", "given twice with other contents: '7'"),
        ("time,price,amount,side\n1700000000,1,1,maybe\n", "side is none of"),
        ("time,price,amount,buyer\n1700000000,1,1," + "x" * 10_000_000 + "\n", "has more than 65,536 characters"),
        ("time,price,amount,buyer\n1700000000,1,1," + "x" * 1_000 + "\n", "has more than 128 characters"),
        ("time,price,amount,buyer\n1700000000,1,1,p\u0430ypal\n", "look alike"),
        ("time,price,amount,buyer\n1700000000,1,1,a\u202eb\n", "invisible character"),
        (b"time,price,amount\n1700000000,1,\0\n", "NUL byte"),
        (b"PAR1 no parquet", "parquet file is damaged"),
        (b"\x1f\x8b\x08\x00", "packed with gzip"),
        ("1,2,3\n", "without a header only Binance's"),
        ("time,price,amount\n4000000000,1,1\n", "time is in the future in row 1"),
        ("time,price,amount\n2090-01-01,1,1\n", "time is in the future in row 1"),
        ("time,price,amount\n1700000000,inf,1\n", "price is no finite number"),
        ("time,price,amount\n1700000000,1_0,1\n", "price is no finite number"),
        ("time,price,amount\n1700000000,1,2,3\n", "has 4 cells, the header 3"),
        ("time,price,Price,amount\n1700000000,1,2,3\n", "the column 'price' twice"),
        ("time,price,amount\n1700000000,1,\uff11\u0661x\n", "amount is no finite number"),
        ('time,price,amount,buyer\n1700000000,1,1,"a\n', "can't be read as CSV"),
    ],
)
def test_a_file_that_can_not_be_right_says_why(prefect_api: str, content: str | bytes, why: str) -> None:
    with pytest.raises(MarketFileError, match=why):
        analyzed(trades_uri=stored("bad.csv", content))
    assert Warehouse.default().read(market_findings) == []


def test_times_in_scientific_notation_are_not_cut_at_the_point(prefect_api: str) -> None:
    result = analyzed(trades_uri=stored("exp.csv", "time,price,amount\n1.7e12,1,1\n1700000000001,1,1\n"))
    assert result.provenance.data_window == "2023-11-14T22:13:20+00:00/2023-11-14T22:13:20.001000+00:00"


def test_names_meant_to_do_harm_are_names(prefect_api: str) -> None:
    evil = ("=HYPERLINK(1)", "'; DROP TABLE market_findings; --", "<img src=x>")
    rows = [
        f'{1_700_000_000 + 60 * place},1,5,"{evil[place % 3]}","{evil[(place + 1) % 3]}",{place}' for place in range(9)
    ]
    rows += [rows[-1]]
    text = "\n".join(["time,price,amount,seller,buyer,id", *reversed(rows)])
    result = analyzed(trades_uri=stored("evil.csv", text))
    [finding] = result.findings
    assert set(finding.accounts) == set(evil)
    assert len(result.warnings) == 2
    assert [set(row["accounts"]) for row in Warehouse.default().read(market_findings)] == [set(evil)]
    artifacts = artifacts_of(prefect_api, result.run_id)
    assert "<img" not in artifacts["market-summary"]["data"]
    assert "<img" not in artifacts["market-findings"]["data"]
    assert '"who": "=' not in artifacts["market-findings"]["data"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({}, "exactly one of trades_uri"),
        ({"trades_uri": "asset://uploads/a/b.csv", "market": {"symbol": "BTC"}}, "given are trades_uri and market"),
        ({"market": {"symbol": "BTC/USDT"}}, "symbol"),
        ({"market": {"symbol": "BTC", "hours": 1}}, "hours"),
        ({"trades_uri": "file:///etc/passwd"}, "trades_uri"),
        ({"trades_uri": "asset://uploads/a/b.csv", "wash": {"margin": 9}}, "margin"),
        ({"trades_uri": "asset://uploads/a/b.csv", "wash": {"windows_minutes": [0]}}, "windows_minutes"),
        ({"trades_uri": "asset://uploads/a/b.csv", "image": "evil"}, "image"),
    ],
)
def test_requests_that_can_not_be_are_refused(body: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        TradingAnalysisRequest.model_validate(body)


def test_importing_the_flow_loads_nothing_heavy() -> None:
    code = (
        "import sys, flows.fraud.trading\n"
        "heavy = {'pandas', 'xgboost', 'sklearn', 'matplotlib', 'pyarrow', 'scipy', 'networkx', 'ccxt'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_pump_in_trades_without_accounts_is_found_and_drawn(prefect_api: str) -> None:
    market = quiet_market(3_000, seed=31)
    made = pumped(market, int(market.time[2_000]), height=0.3, crowd=150, drawn=np.random.default_rng(1))
    frame = pd.DataFrame(
        {
            "timestamp": made.time // 1000,
            "side": np.where(made.side > 0, "buy", "sell"),
            "price": made.price,
            "amount": made.units,
        }
    )
    result = analyzed(trades_uri=stored("ccxt.csv", frame.to_csv(index=False)))
    assert result.counts == {"pump": 1}
    assert "pump" in artifacts_of(prefect_api, result.run_id)
    assert {asset.name for asset in result.assets} >= {"pump.png"}


def test_spoofers_in_order_events_are_found_and_labelled_as_simulated(prefect_api: str) -> None:
    book = simulate_book(seed=5, seconds=1_200, traders=20, makers=2)
    made = book.events
    names = np.array(made.accounts, dtype=object)
    frame = pd.DataFrame(
        {
            "time": made.time,
            "action": np.array(["place", "cancel", "fill"], dtype=object)[made.action],
            "order_id": made.order,
            "account": np.where(made.action == 0, names[made.account], ""),
            "side": np.where(made.side > 0, "bid", "ask"),
            "price": made.price,
            "amount": made.amount,
        }
    )
    result = analyzed(order_book_uri=stored("events.csv", frame.to_csv(index=False)))
    guilty = {f"trader-{place}" for place in (*book.spoofers, *book.layerers)}
    assert {one.accounts[0] for one in result.findings} == guilty
    assert all(one.measured_on == "simulated" for one in result.findings)
    assert any("simulator of our own" in warning for warning in result.warnings)
    assert "order-book" in artifacts_of(prefect_api, result.run_id)


def account_rows(**changed: Any) -> str:
    features = load_account_model().card.features
    drawn = np.random.default_rng(0)
    frame = pd.DataFrame({name: drawn.lognormal(2, 1, 6).round(3) for name in features})
    frame.insert(0, "Address", [f"0x{place:040x}" for place in range(6)])
    for name, value in changed.items():
        frame[name] = value
    return frame.to_csv(index=False)


def test_accounts_are_scored_each_and_every_one(prefect_api: str) -> None:
    result = analyzed(accounts_uri=stored("accounts.csv", account_rows(FLAG=1)))
    scores = pd.read_parquet(io.BytesIO(opened({a.name: a for a in result.assets}["account-scores.parquet"].uri)))
    assert scores["account"].tolist() == [f"0x{place:040x}" for place in range(6)]
    assert scores["score"].between(0, 1).all()
    assert result.provenance.model == "ethereum-accounts"
    assert "accounts" in artifacts_of(prefect_api, result.run_id)
    assert "no feature" in result.warnings[0]


@pytest.mark.parametrize(
    ("field", "content", "why"),
    [
        ("accounts_uri", "Address,Sent tnx\na,1\n", "accounts_uri: the file lacks"),
        ("accounts_uri", {"sent tnx": "1e400"}, "sent tnx is no number below"),
        ("accounts_uri", {"sent tnx": -5}, "sent tnx is below 0 in row 1"),
        ("accounts_uri", {"FLAG": 3}, "FLAG is neither 0 nor 1"),
        ("accounts_uri", {"Address": "p\u0430ypal"}, "look alike"),
        ("accounts_uri", {"Address": ["x" * 10_000_000, *"abcde"]}, "more than 65,536 characters"),
        ("order_book_uri", BOOK + "4000000000,place,1,a,buy,1,1\n", "time is in the future"),
        ("order_book_uri", BOOK + "1700000000,place,1,a,buy,NaN,1\n", "price is no finite number"),
        ("order_book_uri", BOOK + "1700000000,place,1,a,buy,1,-1\n", "amount is not above 0"),
        ("order_book_uri", BOOK + "1700000000,place,1,a,buy,1,1e300\n", "amount is not above 0 and below"),
        (
            "order_book_uri",
            BOOK + "1700000000,place,1," + "x" * 10_000_000 + ",buy,1,1\n",
            "more than 65,536 characters",
        ),
        ("order_book_uri", BOOK + "1700000000,place,1,p\u0430ypal,buy,1,1\n", "look alike"),
        ("order_book_uri", "time,action\n1700000000,place\n", "order_book_uri: the file lacks order_id, side"),
        ("order_book_uri", "time,action,order_id,side,price,amount\n1700000000,hide,1,buy,1,1\n", "action is none of"),
        (
            "order_book_uri",
            "time,action,order_id,side,price,amount\n1700000000,place,1,buy,1,1\n1700000001,place,1,buy,1,2\n",
            "order_id placed twice",
        ),
    ],
)
def test_books_and_accounts_that_can_not_be_right_say_why(
    prefect_api: str, field: str, content: str | dict[str, Any], why: str
) -> None:
    text = content if isinstance(content, str) else account_rows(**content)  # made here: every process collects
    with pytest.raises(MarketFileError, match=why):
        analyzed(**{field: stored("bad.csv", text)})


def test_an_account_of_several_rows_is_scored_in_each_and_reported_once(prefect_api: str) -> None:
    names = ["0xabc", "=1+1", "0xabc", "ape", "\u0430\u0440\u0435", "0xabc"]
    result = analyzed(accounts_uri=stored("accounts.csv", account_rows(Address=names)))
    scores = pd.read_parquet(io.BytesIO(opened({a.name: a for a in result.assets}["account-scores.parquet"].uri)))
    assert scores["account"].tolist() == names
    risky = scores[scores["score"] >= load_account_model().card.threshold].groupby("account")["score"].max()
    assert len(risky) >= 1
    assert {one.accounts[0]: one.score for one in result.findings} == pytest.approx(risky.to_dict(), abs=1e-6)
    assert [one.score for one in result.findings] == sorted((one.score for one in result.findings), reverse=True)
    assert "1 accounts have several rows: '0xabc'" in result.warnings[0]
    assert "look alike" in result.warnings[1]


def test_unnamed_accounts_of_two_files_are_different_accounts(prefect_api: str) -> None:
    first, second = (account_rows(**{"Address": "", "sent tnx": sent}) for sent in (3, 4))
    one = analyzed(accounts_uri=stored("first.csv", first))
    again = analyzed(accounts_uri=stored("again.csv", first))
    other = analyzed(accounts_uri=stored("second.csv", second))
    assert one.findings[0].accounts[0].startswith("row ")
    assert len(one.alerts) == len(one.findings)
    assert again.alerts == []
    assert len(other.alerts) == len(other.findings) > 0
    assert not set(other.alerts) & set(one.alerts)


def test_events_that_contradict_each_other_are_told(prefect_api: str) -> None:
    text = (
        "time,action,order_id,account,side,price,amount\n1700000009,cancel,1,b,buy,1,1\n"
        "1700000000,place,1,a,buy,1,1\n1700000001,fill,1,a,buy,1,5\n1700000001,fill,1,a,buy,1,5\n"
        "1700000002,cancel,77,a,buy,1,1\n"
    )
    result = analyzed(order_book_uri=stored("book.csv", text))
    assert (result.records, result.findings) == (4, [])
    told = " ".join(result.warnings)
    for what in ("not in the order", "repeat another", "name another account", "filled by more", "before the file"):
        assert what in told


def test_a_book_without_accounts_says_what_can_not_be_said(prefect_api: str) -> None:
    text = "time,action,order_id,side,price,amount\n1700000000,place,1,buy,1,1\n"
    [judged] = analyzed(order_book_uri=stored("book.csv", text)).judged_by
    assert not judged.applied
    assert "name no accounts" in judged.what


def test_a_market_of_an_exchange_is_looked_at_for_pumps(prefect_api: str) -> None:
    rows = candle_rows(400)
    rows[300][2], rows[300][5] = str(float(rows[299][4]) * 1.8), str(float(rows[300][5]) * 500)
    with Binance(rows) as server:
        Exchange(base_url=server.url, timeout=3, patience=3).save("default", overwrite=True)
        result = analyzed(market={"symbol": "BTC", "hours": 350})
    assert result.subject == "market"
    assert result.counts == {"pump_hourly": 1}
    wash = next(one for one in result.judged_by if one.detector == "wash_trading")
    assert not wash.applied
    assert "names no accounts" in result.warnings[0]
