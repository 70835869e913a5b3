"""Files of candles: what is read, what is dropped and told, and what is refused."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from blocks.asset_store import AssetStore
from tasks.crypto.candle_file import CandleFile, CandleFileError, read_candle_file
from tests.tasks.crypto.candle_files import candle_frame, csv, parquet

if TYPE_CHECKING:
    import pandas as pd

pytestmark = pytest.mark.crypto


@pytest.fixture(scope="module")
def frame() -> "pd.DataFrame":
    return candle_frame(count=60)


def read(content: bytes, name: str = "candles") -> CandleFile:
    return read_candle_file.fn(AssetStore.default().put(f"uploads/1/{name}", content, "text/csv").uri)


@pytest.mark.parametrize("form", [parquet, csv])
def test_both_forms_give_the_same_candles(frame: "pd.DataFrame", form: Any) -> None:
    found = read(form(frame))

    assert (list(found.candles), found.timeframe, found.warnings) == (["BTC", "ETH"], "1h", [])
    btc = frame[frame["symbol"] == "BTC"]
    candles = found.candles["BTC"]
    assert candles.close.tolist() == pytest.approx(btc["close"].tolist(), rel=1e-15)
    assert candles.time.tolist() == [time.replace(tzinfo=None) for time in btc["date"].dt.to_pydatetime()]
    assert (candles.exchange, candles.source) == ("file", "file")
    assert found.window == "2025-01-01T00:00:00Z/2025-01-03T12:00:00Z"
    assert len(found.sha256) == 64


def test_any_order_column_case_and_further_columns_will_do(frame: "pd.DataFrame") -> None:
    shuffled = frame.sample(frac=1, random_state=1).rename(columns=str.upper).assign(trades=3)

    found = read(csv(shuffled))

    assert (np.diff(found.candles["ETH"].time).astype(int) > 0).all()
    assert len(found.candles["ETH"]) == 60


def test_an_index_that_pandas_wrote_is_a_column_again(frame: "pd.DataFrame", tmp_path: Any) -> None:
    frame.set_index("date").to_parquet(tmp_path / "indexed.parquet")

    assert len(read((tmp_path / "indexed.parquet").read_bytes()).candles["BTC"]) == 60


def test_flaws_are_dropped_and_told(frame: "pd.DataFrame") -> None:
    flawed = frame.copy()
    flawed.loc[5, "close"] = -1
    flawed.loc[6, "open"] = np.nan
    flawed.loc[7, "high"] = 0.001
    dead = frame[frame["symbol"] == "ETH"].assign(symbol="DEAD", close=np.nan)

    import pandas as pd

    found = read(csv(pd.concat([flawed, frame.loc[[20]], dead])))

    assert "DEAD" not in found.candles
    assert "DEAD has no usable candle and was left out." in found.warnings
    assert any(warning.startswith("BTC: dropped 3 bad and") for warning in found.warnings)
    assert len(found.candles["BTC"]) == 57


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda frame: frame.drop(columns="close"), "lacks the columns close"),
        (lambda frame: frame.iloc[:0], "holds no candles"),
        (lambda frame: frame.assign(date=1.0), "not a number|not ISO 8601"),
        (lambda frame: frame.assign(date="yesterday"), "not ISO 8601 in 120 rows, first in 1"),
        (lambda frame: frame.assign(symbol=""), "needs a symbol"),
        (lambda frame: frame.assign(symbol="B" * 41), "at most 40 characters"),
        (lambda frame: frame.groupby("symbol").head(1), "no history"),
        (lambda frame: frame[frame["date"].dt.hour % 7 == 0].groupby("symbol").head(3), "7:00:00 apart; known are 1m"),
        (lambda frame: frame.assign(close=0.0), "No row of the file is a possible candle"),
    ],
)
@pytest.mark.parametrize("form", [parquet, csv])
def test_what_cannot_be_right_is_refused(frame: "pd.DataFrame", change: Any, match: str, form: Any) -> None:
    with pytest.raises(CandleFileError, match=match):
        read(form(change(frame)))


@pytest.mark.parametrize("content", [b"", b"PAR1 broken PAR1", b"\xff\xfe\x00\x01", b"a;b\n1;2"])
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(CandleFileError):
        read(content)


def test_a_pickle_is_never_loaded() -> None:
    import pickle

    with pytest.raises(CandleFileError):
        read(pickle.dumps({"symbol": ["BTC"]}))
