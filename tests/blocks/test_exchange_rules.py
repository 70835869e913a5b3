"""What an exchange demands of orders, read from its list of markets in Binance's and Kraken's wire formats."""

from collections.abc import Iterator

import pytest

from blocks.exchange import Exchange, ExchangeUnavailable, NoCandles, UnknownSymbol
from tests.blocks.binance import Binance, Trouble, candle_rows

pytestmark = [pytest.mark.blocks, pytest.mark.crypto]


@pytest.fixture
def binance() -> Iterator[Binance]:
    with Binance(candle_rows(3)) as server:
        yield server


def test_limits_steps_and_fees_of_a_market(binance: Binance) -> None:
    rules = Exchange(base_url=binance.url).market_rules("BTC", "USDT")

    assert (rules.symbol, rules.quote, rules.exchange) == ("BTC", "USDT", "binance")
    assert (rules.min_amount, rules.min_cost) == (0.00002, 5.0)
    assert (rules.amount_step, rules.price_step) == (0.00001, 0.01)
    assert (rules.taker_fee, rules.maker_fee) == (0.001, 0.001)


def test_rules_are_asked_for_once(binance: Binance) -> None:
    exchange = Exchange(base_url=binance.url)
    assert exchange.market_rules("ETH") == exchange.market_rules("ETH")
    assert binance.asked("exchangeInfo") == [{"symbol": "ETHUSDT"}]


def test_last_prices_come_in_one_request(binance: Binance) -> None:
    prices = Exchange(base_url=binance.url).tickers(["BTC", "ETH", "BTC"])

    assert prices == {"BTC": 60123.45, "ETH": 2999.01}
    assert [query["symbols"] for query in binance.asked("24hr")] == ['["BTCUSDT","ETHUSDT"]']


def test_a_market_without_a_trade_has_no_price(binance: Binance) -> None:
    del binance.prices["ETHUSDT"]
    with pytest.raises(NoCandles, match="no last price of ETH in USDT"):
        Exchange(base_url=binance.url).tickers(["BTC", "ETH"])


def test_unknown_pairs_and_busy_exchanges_say_so(binance: Binance) -> None:
    exchange = Exchange(base_url=binance.url, attempts=1, patience=0)
    with pytest.raises(UnknownSymbol, match="no spot market NOPE/USDT"):
        exchange.market_rules("NOPE")
    with pytest.raises(UnknownSymbol, match="no spot market BTC/EUR"):
        exchange.tickers(["BTC"], "EUR")
    binance.troubles.append(Trouble(503, path="24hr"))
    with pytest.raises(ExchangeUnavailable, match="HTTP 503"):
        exchange.tickers(["BTC"])
