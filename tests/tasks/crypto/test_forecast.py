"""What a forecast says about the candles it was made from, down to the ones that allow none."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from blocks.exchange import Exchange
from models.forecasting import ConstantPrice
from tasks.crypto.forecast import Outlook, forecast_price, forecast_warnings, history_count, quote_warning
from tasks.crypto.forecasters import choose_forecaster
from tasks.crypto.market import Market
from tests.blocks.binance import Binance, candle_rows

pytestmark = pytest.mark.crypto


@pytest.fixture
def binance() -> Iterator[Binance]:
    with Binance(candle_rows(2200)) as server:
        yield server


def outlook(binance: Binance, horizon: int = 24) -> Outlook:
    candles = Exchange(base_url=binance.url).fetch_candles("BTC", count=history_count(horizon))
    return forecast_price.fn(
        Market(candles, "binance"), horizon, (), choose_forecaster("volatility-scaled-random-walk")
    )


def test_sound_candles_raise_no_warning_of_their_own(binance: Binance) -> None:
    found = outlook(binance)

    assert [told for told in found.warnings if "stands in" not in told and "was trained on" not in told] == []
    assert found.calibration is not None
    assert found.calibration.origins > 90
    assert len(found.steps) == 24


def test_flawed_candles_are_reported(binance: Binance) -> None:
    del binance.rows[-300:-290]
    binance.rows[-50][4] = "NaN"
    binance.rows.append(list(binance.rows[-9]))

    warnings = outlook(binance).warnings

    assert "11 candles are missing in 2 gaps; none was made up." in warnings
    assert "Dropped 1 bad and 1 duplicate candles." in warnings


def test_a_halted_market_is_reported(binance: Binance) -> None:
    del binance.rows[-30:]

    assert any("trading may be halted" in warning for warning in outlook(binance).warnings)


def test_a_young_coin_is_forecast_by_the_random_walk(binance: Binance) -> None:
    binance.rows = binance.rows[-140:]

    found = outlook(binance)

    assert (found.forecast.model, found.calibration, found.skill) == ("random-walk", None, None)
    assert found.fallback
    assert any("too short to measure coverage" in warning for warning in found.warnings)


def test_a_price_that_never_moves_is_refused(binance: Binance) -> None:
    for row in binance.rows:
        row[1:5] = ["1.00"] * 4

    with pytest.raises(ConstantPrice, match="stood at 1"):
        outlook(binance)


@pytest.mark.parametrize(("coverage", "warned"), [(0.61, True), (0.75, False), (0.85, False), (0.93, True)])
def test_intervals_that_do_not_hold_are_reported(binance: Binance, coverage: float, warned: bool) -> None:
    assessed = outlook(binance).assessed
    assert assessed.calibration is not None
    off = replace(assessed, calibration=replace(assessed.calibration, coverage_80=coverage))

    told = f"The 80 % interval held {100 * coverage:.0f} % of the recent outcomes." in forecast_warnings(
        off, "volatility-scaled-random-walk"
    )
    assert told == warned


def test_another_currency_is_reported(binance: Binance) -> None:
    candles = Exchange(base_url=binance.url).fetch_candles("BTC", count=5)

    assert quote_warning(candles, "USDT") == []
    assert quote_warning(candles, "EUR") == ["Prices are in USDT; EUR was asked for."]
