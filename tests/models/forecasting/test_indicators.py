"""Indicators: TA-Lib's own numbers, the textbook's formulas, and nothing from the future."""

import numpy as np
import pytest
import talib
from numpy.typing import NDArray

from models.forecasting import indicators, latest_indicators

pytestmark = pytest.mark.crypto

Prices = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


@pytest.fixture(scope="module")
def prices() -> Prices:
    generator = np.random.default_rng(3)
    close = 50_000 * np.exp(np.cumsum(generator.normal(0, 0.01, 600)))
    return close * 1.004, close * 0.995, close, generator.lognormal(3, 1, 600)


def test_they_are_talibs_own_numbers(prices: Prices) -> None:
    high, low, close, volume = prices
    ours = indicators(*prices)
    macd, signal, histogram = talib.MACD(close, fastperiod=12, slowperiod=26, signalperiod=9)
    upper, middle, lower = talib.BBANDS(close, timeperiod=20, nbdevup=2, nbdevdn=2)
    slow_k, slow_d = talib.STOCH(high, low, close, fastk_period=14, slowk_period=3, slowd_period=3)
    theirs = {
        "rsi_14": talib.RSI(close, timeperiod=14),
        "macd": macd,
        "macd_signal": signal,
        "macd_histogram": histogram,
        "sma_20": talib.SMA(close, timeperiod=20),
        "sma_50": talib.SMA(close, timeperiod=50),
        "ema_20": talib.EMA(close, timeperiod=20),
        "ema_50": talib.EMA(close, timeperiod=50),
        "bollinger_upper": upper,
        "bollinger_middle": middle,
        "bollinger_lower": lower,
        "atr_14": talib.ATR(high, low, close, timeperiod=14),
        "adx_14": talib.ADX(high, low, close, timeperiod=14),
        "stochastic_k": slow_k,
        "stochastic_d": slow_d,
        "obv": talib.OBV(close, volume),
    }

    assert ours.keys() == theirs.keys()
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)


def test_they_follow_the_textbook(prices: Prices) -> None:
    high, low, close, volume = prices
    ours = latest_indicators(*prices)

    assert ours["sma_20"] == pytest.approx(close[-20:].mean())
    assert ours["bollinger_upper"] == pytest.approx(close[-20:].mean() + 2 * close[-20:].std())
    on_balance = np.concatenate([[0], np.sign(np.diff(close))]) * volume
    assert ours["obv"] == pytest.approx(volume[0] + on_balance.sum())  # Granville 1963
    moves = np.diff(close)
    up, down = moves[:14].clip(min=0).mean(), -moves[:14].clip(max=0).mean()
    for move in moves[14:]:  # Wilder 1978
        up, down = (13 * up + max(move, 0)) / 14, (13 * down + max(-move, 0)) / 14
    assert ours["rsi_14"] == pytest.approx(100 - 100 / (1 + up / down))
    ranges = np.maximum(high[1:] - low[1:], np.maximum(abs(high[1:] - close[:-1]), abs(low[1:] - close[:-1])))
    average = ranges[:14].mean()
    for span in ranges[14:]:
        average = (13 * average + span) / 14
    assert ours["atr_14"] == pytest.approx(average)


@pytest.mark.parametrize("cut", [15, 33, 34, 50, 51, 200, 599])
def test_cutting_the_future_off_changes_no_bit(prices: Prices, cut: int) -> None:
    whole, part = indicators(*prices), indicators(*(column[:cut] for column in prices))

    for name in whole:
        assert whole[name][:cut].tobytes() == part[name].tobytes(), name


def test_too_few_candles_give_none() -> None:
    few = np.linspace(100, 110, 21)

    latest = latest_indicators(few + 1, few - 1, few)
    assert latest["sma_20"] is not None
    assert latest["sma_50"] is None
    assert set(latest_indicators(few[:0], few[:0], few[:0]).values()) == {None}
