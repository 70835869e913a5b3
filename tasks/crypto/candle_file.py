"""Files of candles of many symbols: CSV or parquet with symbol, date, open, high, low, close, volume."""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.exchange import TIMEFRAMES, Candles, clean_candles
from blocks.source import fetch

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final = ("symbol", "date", "open", "high", "low", "close", "volume")
MAX_FILE_BYTES: Final = 512 * 2**20
MAX_UNPACKED: Final = 2 * 2**30
MAX_ROWS: Final = 5_000_000
MAX_SYMBOLS: Final = 5_000
MAX_NAME: Final = 40


class CandleFileError(ValueError):
    """A file can't be read as candles; says what is wrong and what to do."""


@dataclass(frozen=True, eq=False)
class CandleFile:
    """Candles by symbol, all of one timeframe, in the order of their names."""

    uri: str
    sha256: str
    timeframe: str
    candles: dict[str, Candles]
    warnings: list[str] = field(default_factory=list)

    @property
    def window(self) -> str:
        """From the first opening to the last close of any symbol, an ISO 8601 interval."""
        start = min(candles.start for candles in self.candles.values())
        end = max(candles.end for candles in self.candles.values())
        return f"{start:%Y-%m-%dT%H:%M:%SZ}/{end:%Y-%m-%dT%H:%M:%SZ}"


@task(
    name="read-candle-file",
    description="A file of candles, checked: rising times on one grid, possible prices, each candle once.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def read_candle_file(uri: str) -> CandleFile:
    """The candles in the file at a uri; flaws are dropped and told. Raises `CandleFileError`, `SourceError`."""
    with TemporaryDirectory(prefix="candles-") as folder:
        fetched = fetch(uri, Path(folder) / "candles", MAX_FILE_BYTES)
        frame = _checked(_read(fetched.path))
    return _candle_file(frame, uri, fetched.sha256)


def _read(path: Path) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    with path.open("rb") as stream:
        parquet = stream.read(4) == b"PAR1"
    try:
        return _read_parquet(path) if parquet else _read_csv(path)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, OSError) as error:
        raise CandleFileError(f"The file is neither parquet nor CSV in UTF-8: {str(error)[:200]}") from error


def _read_parquet(path: Path) -> "pd.DataFrame":
    import pyarrow as pa  # noqa: PLC0415 - pyarrow where it is used
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(path) as file:
            groups = [file.metadata.row_group(index).total_byte_size for index in range(file.metadata.num_row_groups)]
            if sum(groups) > MAX_UNPACKED or file.metadata.num_rows > MAX_ROWS:
                raise _too_many()
            found = _columns(file.schema_arrow.names)
            frame: pd.DataFrame = file.read(columns=list(found)).to_pandas()
    except pa.ArrowException as error:
        raise CandleFileError(f"The parquet file is damaged: {str(error)[:200]}") from error
    if not set(found) <= {str(name) for name in frame.columns}:  # pandas' own index was written as a column
        frame = frame.reset_index()
    return frame.rename(columns=found)


def _read_csv(path: Path) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    found = _columns(pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns)
    text = {name: str for name, ours in found.items() if ours in ("symbol", "date")}
    frame = pd.read_csv(
        path, usecols=list(found), nrows=MAX_ROWS + 1, encoding="utf-8-sig", dtype=text, low_memory=False
    )
    return frame.rename(columns=found)


def _columns(names: Any) -> dict[str, str]:
    """Our word for each column of the file that we need."""
    found = {str(name): str(name).strip().lower() for name in names}
    ours = {name: word for name, word in found.items() if word in COLUMNS}
    if missing := [word for word in COLUMNS if word not in ours.values()]:
        raise CandleFileError(f"The file lacks the columns {', '.join(missing)}: needed are {', '.join(COLUMNS)}.")
    if twice := [word for word in COLUMNS if list(ours.values()).count(word) > 1]:
        raise CandleFileError(f"The file has several columns called {', '.join(twice)}: keep one of each.")
    return ours


def _checked(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The rows with times in UTC milliseconds and numbers as numbers; NaN where a cell holds none."""
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    if frame.empty:
        raise CandleFileError("The file holds no candles.")
    if len(frame) > MAX_ROWS:
        raise _too_many()
    names = frame["symbol"].astype("string").str.strip()
    if names.isna().any() or (names.str.len() == 0).any() or int(names.str.len().max()) > MAX_NAME:
        raise CandleFileError(f"Every row needs a symbol of at most {MAX_NAME} characters, such as BTC.")
    if strange := [name for name in names.unique() if not name.isprintable() or " " in name]:
        raise CandleFileError(f"These are no symbols such as BTC or BTC/USDT: {', '.join(map(ascii, strange[:3]))}.")
    if words := [name for name in COLUMNS[2:] if pd.api.types.is_bool_dtype(frame[name].dtype)]:
        raise CandleFileError(f"{', '.join(words)} must hold numbers, not true and false.")
    dates = frame["date"]
    if pd.api.types.is_numeric_dtype(dates.dtype):
        raise CandleFileError("date must be ISO 8601 text or a timestamp (the candle's opening, UTC), not a number.")
    times = pd.to_datetime(dates, utc=True, errors="coerce", **_format(dates))
    if times.isna().any():
        first = int(times.isna().to_numpy().argmax()) + 1
        raise CandleFileError(f"date is missing or not ISO 8601 in {int(times.isna().sum()):,} rows, first in {first}.")
    numbers = {name: pd.to_numeric(frame[name], errors="coerce").astype("float64") for name in COLUMNS[2:]}
    milliseconds = times.dt.tz_localize(None).to_numpy("datetime64[ms]").astype("int64")
    return pd.DataFrame({"symbol": names.to_numpy(object), "date": milliseconds, **numbers})


def _format(dates: "pd.Series[Any]") -> dict[str, Any]:
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    return {} if pd.api.types.is_datetime64_any_dtype(dates.dtype) else {"format": "ISO8601"}


def _candle_file(frame: "pd.DataFrame", uri: str, sha256: str) -> CandleFile:
    """Candles by symbol on the grid that most rows lie on."""
    groups = {str(name): rows for name, rows in frame.groupby("symbol", sort=True)}
    if len(groups) > MAX_SYMBOLS:
        raise CandleFileError(f"The file holds {len(groups):,} symbols, at most {MAX_SYMBOLS:,} are taken: split it.")
    timeframe = _timeframe(groups)
    candles, warnings = {}, []
    for symbol, rows in groups.items():
        found = _candles(symbol, rows, timeframe)
        if len(found) == 0:
            warnings.append(f"{symbol} has no usable candle and was left out.")
            continue
        candles[symbol] = found
        if found.bad_ticks or found.duplicates:
            warnings.append(f"{symbol}: dropped {found.bad_ticks} bad and {found.duplicates} duplicate candles.")
    if not candles:
        raise CandleFileError("No row of the file is a possible candle: prices must be positive, high not below low.")
    return CandleFile(uri, sha256, timeframe, candles, warnings)


def _timeframe(groups: "dict[str, pd.DataFrame]") -> str:
    """The commonest distance between a symbol's neighbouring candles, one of the timeframes."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    steps = np.concatenate([np.diff(np.unique(rows["date"].to_numpy())) for rows in groups.values()])
    if len(steps) == 0:
        raise CandleFileError("Every symbol has a single candle: there is no history to learn from.")
    values, counts = np.unique(steps, return_counts=True)
    commonest = timedelta(milliseconds=int(values[counts.argmax()]))
    for name, length in TIMEFRAMES.items():
        if length == commonest:
            return name
    raise CandleFileError(f"The candles are {commonest} apart; known are {', '.join(TIMEFRAMES)}.")


def _candles(symbol: str, rows: "pd.DataFrame", timeframe: str) -> Candles:
    from blocks.exchange.candles import moment  # noqa: PLC0415 - numpy where it is used

    newest = rows["date"].to_numpy().max().astype("datetime64[ms]")
    return clean_candles(
        rows[list(COLUMNS[1:])].to_numpy("float64").tolist(),
        symbol=symbol,
        quote="",
        timeframe=timeframe,
        exchange="file",
        source="file",
        as_of=moment(newest) + TIMEFRAMES[timeframe],
    )


def _too_many() -> CandleFileError:
    return CandleFileError(f"The file holds more than {MAX_ROWS:,} candles: send fewer symbols or a shorter time.")


def digest_of(candles: dict[str, Candles]) -> str:
    """SHA-256 of many symbols' candles."""
    digest = hashlib.sha256()
    for symbol in sorted(candles):
        digest.update(candles[symbol].digest.encode())
    return digest.hexdigest()
