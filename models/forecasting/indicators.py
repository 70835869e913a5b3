"""Technical indicators, as TA-Lib computes them."""

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Candles after which the slowest of them has forgotten how it was started.
WARM_UP: Final = 250


def indicators(
    high: "NDArray[np.float64]",
    low: "NDArray[np.float64]",
    close: "NDArray[np.float64]",
    volume: "NDArray[np.float64] | None" = None,
) -> dict[str, "NDArray[np.float64]"]:
    """RSI 14, MACD 12/26/9, SMA and EMA 20 and 50, Bollinger 20 (2 deviations), ATR 14, ADX 14, stochastic 14/3/3, OBV.

    One value a candle, NaN where there is too little before it; the value at a candle depends on none after it. RSI,
    ADX and the stochastic are 0..100, on-balance volume (which is there when `volume` is, and counts from the first
    candle) is in the coin, all others are in the price's own unit.
    """
    import talib  # noqa: PLC0415 - importing forecasters must not need the compiled library

    macd, signal, histogram = talib.MACD(close, 12, 26, 9)
    upper, middle, lower = talib.BBANDS(close, 20, 2.0, 2.0)
    stochastic_k, stochastic_d = talib.STOCH(high, low, close, fastk_period=14, slowk_period=3, slowd_period=3)
    on_balance = {} if volume is None else {"obv": talib.OBV(close, np.nan_to_num(volume))}
    return {
        "rsi_14": talib.RSI(close, 14),
        "macd": macd,
        "macd_signal": signal,
        "macd_histogram": histogram,
        "sma_20": talib.SMA(close, 20),
        "sma_50": talib.SMA(close, 50),
        "ema_20": talib.EMA(close, 20),
        "ema_50": talib.EMA(close, 50),
        "bollinger_upper": upper,
        "bollinger_middle": middle,
        "bollinger_lower": lower,
        "atr_14": talib.ATR(high, low, close, 14),
        "adx_14": talib.ADX(high, low, close, 14),
        "stochastic_k": stochastic_k,
        "stochastic_d": stochastic_d,
    } | on_balance


def latest_indicators(
    high: "NDArray[np.float64]",
    low: "NDArray[np.float64]",
    close: "NDArray[np.float64]",
    volume: "NDArray[np.float64] | None" = None,
) -> dict[str, float | None]:
    """The indicators at the last candle; None where there are too few candles for one."""
    return {
        name: float(values[-1]) if len(values) and np.isfinite(values[-1]) else None
        for name, values in indicators(high, low, close, volume).items()
    }
