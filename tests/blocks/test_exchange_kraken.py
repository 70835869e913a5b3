"""Another exchange by its name: Kraken's wire format, which keeps the newest 720 candles and says no with HTTP 200."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from blocks.exchange import Exchange, ExchangeUnavailable, UnknownSymbol, UnsupportedTimeframe
from tests.blocks.binance import HOUR, NOW, Trouble, candle_rows
from tests.blocks.kraken import KEPT, Kraken

pytestmark = [pytest.mark.blocks, pytest.mark.crypto]


@pytest.fixture
def kraken() -> Iterator[Kraken]:
    with Kraken(candle_rows(1000)) as server:
        yield server


def exchange(server: Kraken, **settings: Any) -> Exchange:
    found = Exchange(name="kraken", base_url=server.url, **{"timeout": 3.0, "patience": 3.0, **settings})
    found._connection().client.rateLimit = 1  # ms between requests: this server takes more than one a second
    return found


def says(*errors: str) -> Trouble:
    return Trouble(body=str({"error": list(errors)}).replace("'", '"'), path="OHLC")


def test_its_candles_are_read(kraken: Kraken) -> None:
    candles = exchange(kraken).fetch_candles("BTC", quote="USD", count=50)

    closed = [row for row in kraken.rows if row[0] + HOUR <= NOW][-50:]
    assert candles.time.astype(np.int64).tolist() == [row[0] for row in closed]
    assert candles.close.tolist() == [float(row[4]) for row in closed]
    assert candles.volume.tolist() == [float(row[5]) for row in closed]
    assert (candles.exchange, candles.quote, candles.gaps) == ("kraken", "USD", ())


def test_what_it_no_longer_keeps_is_not_asked_for_for_ever(kraken: Kraken) -> None:
    candles = exchange(kraken).fetch_candles("BTC", quote="USD", count=990)

    assert len(candles) == KEPT - 1, "the newest one is still open"
    assert len(kraken.asked("OHLC")) <= 2


def test_a_timeframe_that_it_lacks_is_refused_before_it_is_asked(kraken: Kraken) -> None:
    with pytest.raises(UnsupportedTimeframe, match="Kraken has no 2h candles: it offers 1m, 5m"):
        exchange(kraken).fetch_candles("BTC", quote="USD", timeframe="2h")
    with pytest.raises(UnsupportedTimeframe, match="Kraken has no 2h candles"):
        exchange(kraken).require("2h")
    assert kraken.requests == []


def test_a_pair_that_it_lacks(kraken: Kraken) -> None:
    with pytest.raises(UnknownSymbol, match="BTC is traded there in USD"):
        exchange(kraken).fetch_candles("BTC", quote="USDT")


@pytest.mark.parametrize("error", ["EService:Busy", "EGeneral:Too many requests", "EAPI:Rate limit exceeded"])
def test_refusals_in_an_answer_of_status_200_are_retried(kraken: Kraken, error: str) -> None:
    kraken.troubles.append(says(error))

    assert len(exchange(kraken).fetch_candles("BTC", quote="USD", count=5)) == 5


def test_a_lasting_refusal_is_told_by_what_it_is(kraken: Kraken) -> None:
    kraken.troubles.extend([says("EService:Unavailable")] * 9)

    with pytest.raises(ExchangeUnavailable, match=r"gave up after 2 attempts \(ExchangeNotAvailable\)"):
        exchange(kraken, attempts=2).fetch_candles("BTC", quote="USD", count=5)


def test_maintenance_is_not_waited_for(kraken: Kraken) -> None:
    kraken.troubles.append(says("EService:Market in cancel_only mode"))

    with pytest.raises(ExchangeUnavailable, match="it is in maintenance"):
        exchange(kraken).fetch_candles("BTC", quote="USD", count=5)
    assert len(kraken.asked("OHLC")) == 1


def test_rules_of_its_markets(kraken: Kraken) -> None:
    rules = exchange(kraken).market_rules("BTC", "USD")

    assert (rules.min_amount, rules.min_cost, rules.amount_step, rules.price_step) == (0.00005, 0.5, 1e-08, 0.1)
    assert (rules.taker_fee, rules.maker_fee) == (0.004, 0.0025)
