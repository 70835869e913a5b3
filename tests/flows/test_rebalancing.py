"""rebalance_portfolio from end to end: proposals, approval, fills on paper and live at a Binance on loopback."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import SyncPrefectClient, get_client
from pydantic import SecretStr
from sqlalchemy import select

from blocks.asset_store import AssetStore
from blocks.broker import LiveTradingRefused, PaperAccount, PaperAccounts
from blocks.exchange import Exchange
from blocks.saved_block import forget_remembered_blocks
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import portfolio_fills, portfolio_orders
from deployments.worker.engine import execute
from flows.crypto.rebalancing import Rebalancing, RebalancingRequest, rebalance_portfolio
from models.portfolio.errors import PortfolioError
from tasks.portfolio.approval import NotDeployed
from tasks.portfolio.held import read_holdings
from tests.blocks.trading_binance import KEY, SECRET, TradingBinance
from tests.flows.test_crypto import artifacts

pytestmark = pytest.mark.crypto

COINS = {"BTC": "60000", "ETH": "3000", "SOL": "150"}
HELD = {"holdings": {"BTC": "0.5", "ETH": "1"}, "cash": "1000"}
BUY = {"cash": "1000", "universe": ["BTC"], "strategy": "equal-weight", "exchange": "sample", "quote": "USD"}
EQUAL = {"universe": ["BTC", "ETH", "SOL"], "strategy": "equal-weight", "cash_reserve": 0.1}


@pytest.fixture
def binance(prefect_api: str) -> Iterator[TradingBinance]:
    with TradingBinance(COINS, free={"BTC": "0.5", "ETH": "1", "USDT": "1000"}) as server:
        keys = {"api_key": SecretStr(KEY), "api_secret": SecretStr(SECRET)}
        Exchange(base_url=server.url, attempts=2, patience=1, timeout=3, **keys).save("default", overwrite=True)
        forget_remembered_blocks()
        yield server
    Exchange.delete("default")
    forget_remembered_blocks()


class Desk:
    """A deployment of the flow, and what a person and a worker would do with its runs."""

    def __init__(self, client: SyncPrefectClient) -> None:
        self.client = client
        self.deployment = client.create_deployment(
            flow_id=client.create_flow_from_name("rebalance-portfolio"), name=f"test-{uuid4().hex[:8]}"
        )

    def start(self, **request: Any) -> UUID:
        """A run that was carried as far as it goes."""
        run = self.client.create_flow_run_from_deployment(self.deployment, parameters={"request": request})
        self.carry_on(run.id)
        return run.id

    def carry_on(self, run: UUID) -> None:
        execute(rebalance_portfolio, self.client.read_flow_run(run))

    def answer(self, run: UUID, approve: bool = True) -> None:
        told = self.client.resume_flow_run(run, run_input={"approve": approve, "note": "seen <b>|"})
        assert told.status.value == "ACCEPT"
        self.carry_on(run)

    def again(self, run: UUID) -> None:
        """As a worker does after it lost the process: the run is scheduled and goes through everything once more."""
        from prefect.states import Scheduled

        self.client.set_flow_run_state(run, Scheduled(name="Rescheduled"), force=True)
        self.carry_on(run)

    def name(self, run: UUID) -> str:
        return str(self.client.read_flow_run(run).state_name)

    def result(self, run: UUID) -> Rebalancing:
        state = self.client.read_flow_run(run).state
        assert state is not None
        return Rebalancing.model_validate(state.result())

    def end_now(self, run: UUID) -> None:
        """The proposal's time is over."""
        store, path = AssetStore.default(), f"runs/{run}/proposal.json"
        with store.open(path) as stream:
            proposal = json.load(stream)
        proposal["expires_at"] = (datetime.now(UTC) - timedelta(seconds=5)).isoformat()
        store.remove(path)
        store.put(path, json.dumps(proposal).encode())


@pytest.fixture
def desk(prefect_api: str) -> Iterator[Desk]:
    with get_client(sync_client=True) as client:
        made = Desk(client)
        yield made
        client.delete_deployment(made.deployment)


def account(name: str = "default") -> PaperAccount | None:
    return PaperAccounts(Warehouse.default()).latest(f"local/{name}")


def fills_of(run: UUID) -> list[dict[str, Any]]:
    query = select(portfolio_fills).where(portfolio_fills.c.run_id == str(run)).order_by(portfolio_fills.c.number)
    return Warehouse.default().read(query)


def test_orders_are_proposed_and_nothing_is_traded(binance: TradingBinance) -> None:
    done = rebalance_portfolio({**HELD, **EQUAL})

    assert (done.status, done.decision, done.execution, done.expires_at) == ("proposed", None, None, None)
    assert done.total == 34_000
    assert [(order.side, order.symbol) for order in done.orders] == [("sell", "BTC"), ("buy", "ETH"), ("buy", "SOL")]
    sell = done.orders[0]
    assert sell.amount == Decimal("0.33"), "20 % of the whole too much, in steps of 0.00001"
    assert (sell.price, sell.limit) == (Decimal("60000.0"), Decimal("59880.00"))
    for one in done.weights:
        assert one.target == pytest.approx(0.3, abs=1e-5)
        assert one.after == pytest.approx(0.3, abs=0.002)
    assert done.cash_after >= Decimal(3400)
    assert done.fees == pytest.approx(Decimal("0.001") * sum(order.amount * order.price for order in done.orders))
    assert account() is None
    assert binance.orders == []
    stored = Warehouse.default().read(select(portfolio_orders).order_by(portfolio_orders.c.number))
    assert (stored[0]["side"], stored[0]["symbol"], stored[0]["amount"]) == ("sell", "BTC", "0.33")
    made = artifacts(done.run_id)
    assert set(made) == {"proposed-orders", "rebalancing-proposal", "rebalancing"}
    assert "A proposal only: nothing is traded." in made["rebalancing-proposal"].data
    assert [asset.name for asset in done.assets] == ["rebalancing.png", "proposal.json", "history.json"]
    assert Rebalancing.model_validate_json(done.model_dump_json()) == done


def test_approved_orders_are_filled_on_paper_once(binance: TradingBinance, desk: Desk) -> None:
    run = desk.start(**HELD, **EQUAL, execute="paper")
    assert desk.name(run) == "Suspended"
    assert account() is None
    form = desk.client.request("GET", f"/flow_runs/{run}/input/suspended-approval-description").json()
    assert "Carry out 3 orders on paper?" in form
    binance.prices["SOLUSDT"] = "151"  # past the limit of a buy at 150

    desk.answer(run)

    done = desk.result(run)
    assert (desk.name(run), done.status) == ("Completed", "partly-executed")
    assert done.execution is not None
    assert [fill.status for fill in done.execution.fills] == ["filled", "filled", "unfilled"]
    assert done.execution.fills[2].reason == "the price 151.0 is past the limit 150.3"
    held = account()
    assert held is not None
    assert (held.version, held.amounts["BTC"], set(held.amounts)) == (2, Decimal("0.17"), {"BTC", "ETH"})
    paid = sum(
        fill.filled * fill.price * (1 if fill.side == "sell" else -1) - fill.fee for fill in done.execution.fills[:2]
    )
    assert held.cash == 1000 + paid
    assert [row["status"] for row in fills_of(run)] == ["filled", "filled", "unfilled"]
    assert "seen &lt;b>/" in artifacts(str(run))["rebalancing-outcome"].data

    desk.again(run)
    assert account() == held, "a run that is repeated after its end fills nothing again"
    assert desk.result(run).execution == done.execution


def test_a_run_killed_after_its_fills_finds_them(desk: Desk) -> None:
    run = desk.start(**BUY, execute="paper")
    desk.client.resume_flow_run(run, run_input={"approve": True})
    accounts = PaperAccounts(Warehouse.default())
    first = PaperAccount.opened("local/default", str(run), "USD", Decimal(1000), {})
    accounts.record(first)
    entry = {"number": 1, "symbol": "BTC", "side": "buy", "status": "filled", "filled": "0.01", "fee": "1"}
    accounts.record(first.following(str(run), Decimal(9), {}, [entry | {"price": "60000", "reason": None}]))

    desk.carry_on(run)

    done = desk.result(run)
    assert done.execution is not None
    assert done.execution.cash == 9, "what was recorded before the process was killed"
    assert account().version == 2  # type: ignore[union-attr]


def test_declined_orders_end_the_run_by_that_name(desk: Desk) -> None:
    run = desk.start(**BUY, execute="paper")
    desk.answer(run, approve=False)

    done = desk.result(run)
    assert (desk.name(run), done.status, done.execution) == ("Declined", "declined", None)
    assert done.decision is not None
    assert (done.decision.outcome, done.decision.note) == ("declined", "seen <b>|")
    assert account() is None
    assert fills_of(run) == []
    assert "Nothing was traded: orders proposed: 1, carried out: 0." in artifacts(str(run))["rebalancing-outcome"].data


def test_an_answer_after_the_time_is_over_trades_nothing(desk: Desk) -> None:
    run = desk.start(**BUY, execute="paper", approval_seconds=60)
    desk.end_now(run)
    desk.answer(run)

    done = desk.result(run)
    assert (desk.name(run), done.status, done.execution) == ("Expired", "expired", None)
    assert account() is None


def test_what_was_decided_in_time_holds_however_late_the_run_is_repeated(desk: Desk) -> None:
    run = desk.start(**BUY, execute="paper")
    desk.answer(run)
    held = account()
    desk.end_now(run)
    desk.again(run)
    assert desk.result(run).status == "executed"
    assert account() == held


def test_an_account_goes_on_from_what_it_holds(binance: TradingBinance, desk: Desk) -> None:
    desk.answer(desk.start(**HELD, **EQUAL, execute="paper"))
    before = account()
    assert before is not None
    binance.prices["SOLUSDT"] = "300"

    run = desk.start(**EQUAL, execute="paper")
    desk.answer(run)

    done, after = desk.result(run), account()
    assert after is not None
    assert after.version == before.version + 1
    assert [position.symbol for position in done.weights] == ["BTC", "ETH", "SOL"]
    assert (done.orders[0].side, done.orders[0].symbol) == ("sell", "SOL")
    asked = {"universe": [], "quote": "USDT", "exchange": "binance", "execute": "paper", "account": "default"}
    with pytest.raises(PortfolioError, match="holds other things than were given"):
        read_holdings.fn({"BTC": Decimal(1)}, "amount", Decimal(0), **asked)
    with pytest.raises(PortfolioError, match="is kept in USDT, not EUR"):
        read_holdings.fn({}, "amount", Decimal(0), **{**asked, "quote": "EUR"})
    assert read_holdings.fn(after.amounts, "amount", after.cash, **asked).source == "paper", "just what it holds"


def test_two_approved_runs_of_one_account_never_spend_the_same_cash(desk: Desk) -> None:
    first, second = (desk.start(**BUY, execute="paper") for _ in range(2))
    desk.answer(first)
    desk.answer(second)

    held = account()
    assert held is not None
    assert 0 <= held.cash < 25
    assert desk.result(first).status == "executed"
    late = desk.result(second)
    assert (late.status, late.execution.fills[0].status) == ("partly-executed", "unfilled")  # type: ignore[union-attr]


def test_live_orders_are_placed_once_after_approval(
    binance: TradingBinance, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOW_LIVE_TRADING", "true")
    run = desk.start(**EQUAL, execute="live")
    assert desk.name(run) == "Suspended"
    assert binance.orders == []
    assert "with real money at binance" in artifacts(str(run))["rebalancing-proposal"].data
    binance.lost = 1

    desk.answer(run)

    done = desk.result(run)
    assert done.status == "executed"
    assert [order["side"] for order in binance.orders] == ["SELL", "BUY", "BUY"]
    assert all(fill.exchange_order_id for fill in done.execution.fills)  # type: ignore[union-attr]
    assert binance.free["USDT"] >= 3400
    assert [row["mode"] for row in fills_of(run)] == ["live"] * 3
    desk.again(run)
    assert len(binance.orders) == 3


def test_live_orders_need_leave_and_the_exchange(binance: TradingBinance, desk: Desk) -> None:
    run = desk.start(**EQUAL, execute="live")
    assert desk.name(run) == "Failed"
    with pytest.raises(LiveTradingRefused, match="ALLOW_LIVE_TRADING=true"):
        desk.result(run)
    assert not [path for path, _ in binance.requests if path.endswith("account")]


@pytest.mark.parametrize("execute", ["paper", "live"])
def test_without_a_deployment_nobody_could_approve(prefect_api: str, execute: str) -> None:
    with pytest.raises(NotDeployed, match='use execute="no"'):
        rebalance_portfolio({**HELD, **EQUAL, "execute": execute})


def test_the_sample_serves_one_coin_by_assumed_rules(prefect_api: str) -> None:
    done = rebalance_portfolio({"cash": "1000", "universe": ["BTC"], "exchange": "sample", "quote": "USD"})
    assert done.historical
    assert any("The exchange's rules of orders are not known" in warning for warning in done.warnings)
    assert done.orders[0].fee_rate == Decimal("0.001")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "There is nothing to rebalance"),
        ({"cash": "100"}, "There is only cash: name in `universe`"),
        ({"execute": "no", "account": "never-seen", "universe": ["BTC"]}, "no account on paper named 'never-seen'"),
    ],
    ids=str,
)
def test_nothing_to_go_by_is_said(prefect_api: str, body: dict[str, Any], said: str) -> None:
    with pytest.raises(PortfolioError, match=said):
        rebalance_portfolio({**body, "exchange": "sample"})


def test_every_field_of_the_form_is_explained() -> None:
    properties = RebalancingRequest.model_json_schema()["properties"]
    assert all(field["description"] and field["examples"] for field in properties.values())
    assert [field["position"] for field in properties.values()] == list(range(len(properties)))
    assert properties["execute"]["default"] == "no"
