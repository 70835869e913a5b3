"""Files of candles that nobody should have sent: each is read for what it says, or refused with a reason."""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
import pytest

from blocks.asset_store import AssetStore
from blocks.source import SourceError
from tasks.crypto.candle_file import CandleFile, CandleFileError, read_candle_file
from tests.tasks.crypto.candle_files import candle_frame, csv, parquet

if TYPE_CHECKING:
    import pandas as pd

pytestmark = pytest.mark.crypto

HEAD = b"symbol,date,open,high,low,close,volume\n"
PROVIDED = Path(__file__).parents[4] / "shared/data/crypto/binance_spot_1h_5coins_20200920_20250919.parquet"


@pytest.fixture(scope="module")
def frame() -> "pd.DataFrame":
    return candle_frame(count=60)


def read(content: bytes) -> CandleFile:
    return read_candle_file.fn(AssetStore.default().put(f"uploads/{uuid4().hex}/candles", content, "text/csv").uri)


def test_zones_may_be_mixed_as_each_time_says_its_own(frame: "pd.DataFrame") -> None:
    zones = ["Asia/Tokyo", "UTC", "America/New_York"]
    dates = [date.tz_convert(zones[place % 3]).isoformat() for place, date in enumerate(frame["date"])]
    naive = [date.tz_localize(None).isoformat() for date in frame["date"]]

    plain = read(csv(frame)).candles["BTC"].digest
    assert read(csv(frame.assign(date=dates))).candles["BTC"].digest == plain
    assert read(csv(frame.assign(date=naive))).candles["BTC"].digest == plain, "without a zone it is UTC"
    tokyo = frame.assign(date=frame["date"].dt.tz_convert("Asia/Tokyo"))
    assert read(parquet(tokyo)).candles["BTC"].digest == plain


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda frame: frame.assign(close="abc"), "No row of the file is a possible candle"),
        (lambda frame: frame.assign(close=True), "close must hold numbers, not true and false"),
        (lambda frame: frame.assign(volume=np.inf), "No row of the file is a possible candle"),
        (lambda frame: frame.assign(symbol="B\x00C"), "These are no symbols"),
        (lambda frame: frame.assign(symbol="BTC USDT"), "These are no symbols such as BTC or BTC/USDT: 'BTC USDT'"),
        (lambda frame: frame.assign(date="9999-12-31T00:00:00Z"), "a single candle"),
    ],
)
@pytest.mark.parametrize("form", [parquet, csv])
def test_values_that_cannot_be_are_refused(frame: "pd.DataFrame", change: Any, match: str, form: Any) -> None:
    with pytest.raises(CandleFileError, match=match):
        read(form(change(frame)))


@pytest.mark.parametrize("close", [[[1.0]], [{"a": 1}], ["1e400"]], ids=["lists", "documents", "too large"])
def test_cells_of_other_types_are_bad_ticks(frame: "pd.DataFrame", close: list[Any]) -> None:
    with pytest.raises(CandleFileError, match="No row of the file is a possible candle"):
        read(parquet(frame.assign(close=close * len(frame))))


@pytest.mark.parametrize("year", ["9999-12-31", "0001-01-01"])
def test_one_time_far_away_does_not_harm_the_others(frame: "pd.DataFrame", year: str) -> None:
    dates = frame["date"].astype(str)
    dates[3] = f"{year}T00:00:00Z"

    found = read(csv(frame.assign(date=dates)))
    assert found.timeframe == "1h"
    assert len(found.candles["ETH"]) == 60


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (
            HEAD.replace(b"volume", b"Close,volume") + b"BTC,2024-01-01,1,2,1,1,1,1\n" * 2,
            "several columns called close",
        ),
        (HEAD + b"BTC,2024-01-01T00:00Z,1,2,1,1,1,1,9,9\nBTC\n", "date is missing"),
        (HEAD + b'"' + b"x" * 300_000, "neither parquet nor CSV"),
        ("symbol,date".encode("utf-16"), "neither parquet nor CSV in UTF-8"),
        (HEAD + b"BTC,1704067200000,1,2,1,1,1\n" * 3, "not a number|not ISO 8601"),
    ],
    ids=["a column twice", "ragged", "an open quote", "utf-16", "epochs"],
)
def test_texts_that_are_no_table_of_candles_are_refused(content: bytes, match: str) -> None:
    with pytest.raises(CandleFileError, match=match):
        read(content)


@pytest.mark.parametrize(
    ("limit", "match"), [("MAX_ROWS", "more than 50 candles"), ("MAX_SYMBOLS", "holds 2 symbols, at most 1")]
)
@pytest.mark.parametrize("form", [parquet, csv])
def test_too_much_is_refused(
    frame: "pd.DataFrame", limit: str, match: str, form: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"tasks.crypto.candle_file.{limit}", 50 if limit == "MAX_ROWS" else 1)
    with pytest.raises(CandleFileError, match=match):
        read(form(frame))


def test_a_file_that_is_too_large_is_not_fetched(frame: "pd.DataFrame", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.crypto.candle_file.MAX_FILE_BYTES", 1000)
    with pytest.raises(SourceError, match="more than 1000 bytes"):
        read(csv(frame))


def test_a_parquet_file_that_unpacks_to_too_much_is_not_unpacked(
    frame: "pd.DataFrame", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.crypto.candle_file.MAX_UNPACKED", 1000)
    with pytest.raises(CandleFileError, match="send fewer symbols"):
        read(parquet(frame))


@pytest.mark.data
@pytest.mark.skipif(not PROVIDED.exists(), reason="the shared data folder is not beside this checkout")
def test_the_provided_file_is_read_in_a_few_seconds() -> None:
    import time

    began = time.monotonic()
    found = read(PROVIDED.read_bytes())
    assert time.monotonic() - began < 10
    assert (found.timeframe, len(found.candles), found.warnings) == ("1h", 5, [])
    assert {len(candles) for candles in found.candles.values()} == {43_803}
    assert [len(candles.gaps) for candles in found.candles.values()] == [10] * 5, "Binance's real outages"
