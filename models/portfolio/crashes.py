"""Crashes of the past, to be played again on a portfolio of today."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final, Literal

import numpy as np

from models.portfolio.panel import Panel

Source = Literal["candles", "recorded", "proxy"]


@dataclass(frozen=True)
class Crash:
    """Closes of the day `before` against closes of the day `trough`; `recorded` holds the drops of single coins.

    Drops are parts of the price, negative, from daily closes in UTC: Binance spot against USDT, and Yahoo Finance's
    BTC-USD for 2020.
    """

    name: str
    before: str
    trough: str
    recorded: Mapping[str, float]


CRASHES: Final = (
    Crash("Covid, Black Thursday", "2020-03-11", "2020-03-12", {"BTC": -0.3717}),
    Crash(
        "China's ban, the day",
        "2021-05-18",
        "2021-05-19",
        {"BTC": -0.1438, "ETH": -0.2774, "SOL": -0.3750, "BNB": -0.3408, "XRP": -0.3349},
    ),
    Crash(
        "May 2021, peak to trough",
        "2021-05-11",
        "2021-05-23",
        {"BTC": -0.3885, "ETH": -0.4977, "SOL": -0.4491, "BNB": -0.6120, "XRP": -0.4658},
    ),
    Crash(
        "LUNA and UST",
        "2022-05-07",
        "2022-05-12",
        {"BTC": -0.1816, "ETH": -0.2562, "SOL": -0.4339, "BNB": -0.2640, "XRP": -0.3361},
    ),
    Crash(
        "Celsius and Three Arrows",
        "2022-06-09",
        "2022-06-18",
        {"BTC": -0.3699, "ETH": -0.4437, "SOL": -0.1987, "BNB": -0.3205, "XRP": -0.2316},
    ),
    Crash(
        "FTX",
        "2022-11-05",
        "2022-11-09",
        {"BTC": -0.2524, "ETH": -0.3222, "SOL": -0.6184, "BNB": -0.2345, "XRP": -0.3243},
    ),
    Crash(
        "Yen carry trade",
        "2024-07-31",
        "2024-08-05",
        {"BTC": -0.1642, "ETH": -0.2515, "SOL": -0.2442, "BNB": -0.1948, "XRP": -0.2152},
    ),
)


@dataclass(frozen=True)
class Shock:
    """What a crash did to a coin, and how that is known.

    `candles`: from the coin's own prices; `recorded`: from the table, as the prices given do not reach back;
    `proxy`: the middle of the coins in the table, as this one is not in it.
    """

    drop: float
    source: Source


def shocks(crash: Crash, panel: Panel) -> dict[str, Shock]:
    """The crash for every coin of the panel."""
    ends = [np.flatnonzero(panel.day == np.datetime64(day, "D")) for day in (crash.before, crash.trough)]
    if all(len(found) for found in ends):
        moves = panel.close[ends[1][0]] / panel.close[ends[0][0]] - 1
        return {symbol: Shock(float(move), "candles") for symbol, move in zip(panel.symbols, moves, strict=True)}
    middle = median(crash.recorded.values())
    return {
        symbol: Shock(crash.recorded[symbol], "recorded") if symbol in crash.recorded else Shock(middle, "proxy")
        for symbol in panel.symbols
    }
