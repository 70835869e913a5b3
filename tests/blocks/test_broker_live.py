"""Live orders against a Binance on loopback: placed once, whatever is lost on the way; never without leave or keys."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from pydantic import SecretStr

from blocks.broker import BrokerUnavailable, LiveTradingRefused, TradingSettings
from blocks.broker.live import LiveBroker, Ticket, client_order_id
from blocks.exchange import Exchange
from tests.blocks.trading_binance import KEY, SECRET, TradingBinance

pytestmark = pytest.mark.blocks

ALLOWED = TradingSettings(allow_live_trading=True)
SELL = Ticket(1, "sell", "BTC", "USDT", Decimal("0.1"), Decimal(59900))
BUY = Ticket(2, "buy", "ETH", "USDT", Decimal("1.5"), Decimal("3010.00"))


@pytest.fixture
def binance() -> Iterator[TradingBinance]:
    free = {"BTC": "0.5", "USDT": "100"}
    with TradingBinance({"BTC": "60000", "ETH": "3000"}, days=5, free=free) as server:
        yield server


def block(server: TradingBinance, key: str = KEY) -> Exchange:
    return Exchange(
        base_url=server.url, api_key=SecretStr(key), api_secret=SecretStr(SECRET), attempts=2, patience=1, timeout=3
    )


@pytest.fixture
def broker(binance: TradingBinance) -> LiveBroker:
    return LiveBroker(block(binance), ALLOWED)


def test_orders_are_limits_that_are_filled_at_once_or_given_up(binance: TradingBinance, broker: LiveBroker) -> None:
    sold, bought = broker.place("run", SELL), broker.place("run", BUY)
    assert (sold.status, sold.filled, sold.price, sold.fee) == ("filled", Decimal("0.1"), Decimal(60000), Decimal(6))
    assert (bought.status, bought.price, bought.fee) == ("filled", Decimal(3000), Decimal("4.5"))
    assert [(one["type"], one["timeInForce"], one["side"]) for one in binance.orders] == [
        ("LIMIT", "IOC", "SELL"),
        ("LIMIT", "IOC", "BUY"),
    ]
    assert broker.balances() == {"BTC": Decimal("0.4"), "ETH": Decimal("1.5"), "USDT": Decimal("1589.5")}


def test_a_price_past_the_limit_is_not_filled(binance: TradingBinance, broker: LiveBroker) -> None:
    binance.prices["BTCUSDT"] = "59000"
    fill = broker.place("run", SELL)
    assert (fill.status, fill.filled, fill.price) == ("unfilled", 0, None)
    assert fill.reason == "nobody took it at its limit"


def test_a_repeated_run_places_nothing_twice(binance: TradingBinance, broker: LiveBroker) -> None:
    first = broker.place("run", SELL)
    again = LiveBroker(block(binance), ALLOWED).place("run", SELL)
    assert len(binance.orders) == 1
    assert (again.status, again.filled, again.order_id) == (first.status, first.filled, first.order_id)
    broker.place("another run", SELL)
    assert len(binance.orders) == 2


def test_an_order_whose_answer_was_lost_is_found_and_not_repeated(binance: TradingBinance, broker: LiveBroker) -> None:
    binance.lost = 1
    fill = broker.place("run", SELL)
    assert (fill.status, fill.filled) == ("filled", Decimal("0.1"))
    assert len(binance.orders) == 1


def test_an_exchange_that_takes_no_orders_says_that_nothing_was_placed(
    binance: TradingBinance, broker: LiveBroker
) -> None:
    binance.placing = False
    with pytest.raises(BrokerUnavailable, match=r"has no order aif[0-9a-f]{29}: it was not placed"):
        broker.place("run", SELL)
    binance.placing = True
    assert broker.place("run", SELL).status == "filled"


def test_what_the_exchange_refuses_is_told(binance: TradingBinance, broker: LiveBroker) -> None:
    fill = broker.place("run", BUY)
    assert (fill.status, fill.filled) == ("rejected", 0)
    assert "insufficient balance" in str(fill.reason)
    assert binance.orders == []


def test_without_leave_or_keys_there_are_no_live_orders(
    binance: TradingBinance, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LiveTradingRefused, match="ALLOW_LIVE_TRADING=true"):
        LiveBroker(block(binance))
    with pytest.raises(LiveTradingRefused, match="no keys for binance"):
        LiveBroker(Exchange(base_url=binance.url), ALLOWED)
    monkeypatch.setenv("ALLOW_LIVE_TRADING", "true")
    assert LiveBroker(block(binance)).balances()


def test_wrong_keys_are_told_and_reach_no_error(binance: TradingBinance) -> None:
    broker = LiveBroker(block(binance, "a-wrong-key"), ALLOWED)
    for ask in (broker.balances, lambda: broker.place("run", SELL)):
        with pytest.raises(LiveTradingRefused, match=r"API.key") as caught:
            ask()
        assert not any(word in str(caught.value) for word in ("a-wrong-key", SECRET, "signature"))
        assert caught.value.__suppress_context__


def test_the_test_network_is_another_host() -> None:
    keys = {"api_key": SecretStr(KEY), "api_secret": SecretStr(SECRET)}
    sandbox = TradingSettings(live_trading_sandbox=True)
    assert "testnet" in LiveBroker(Exchange(**keys), sandbox)._connection.address
    with pytest.raises(LiveTradingRefused, match="no test network of kraken"):
        LiveBroker(Exchange(name="kraken", **keys), sandbox)


def test_our_ids_are_short_and_tell_orders_apart() -> None:
    ids = {client_order_id(run, number) for run in ("a", "b") for number in range(60)}
    assert len(ids) == 120
    assert all(len(one) == 32 and one.isalnum() for one in ids)
