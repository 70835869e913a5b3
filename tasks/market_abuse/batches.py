"""A CSV or parquet file, read some rows at a time, each cell as text, by column name in lower case."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tasks.market_abuse.market_file import BATCH, MAX_LINE, MAX_UNPACKED, MOST_COLUMNS, MarketFileError

if TYPE_CHECKING:
    import pandas as pd

PACKED: Final = {b"\x1f\x8b": "gzip", b"PK": "zip", b"BZ": "bzip2", b"\xfd7": "xz", b"(\xb5": "zstandard"}
Columns = Callable[[list[str]], list[str] | None]
"""From the names of a file's columns (or the cells of its first line) to names for a file without a header; None where
the first line is a header."""


def read_batches(path: Path, most: int, headerless: Columns) -> Iterator["pd.DataFrame"]:
    """The rows of a file, at most `BATCH` at a time. Raises MarketFileError; for more than `most` rows too."""
    with path.open("rb") as stream:
        head = stream.read(4)
    if not head:
        raise MarketFileError("the file is empty")
    if packed := PACKED.get(head[:2]):
        raise MarketFileError(f"the file is packed with {packed}; unpack it first")
    count = 0
    for frame in _parquet(path) if head == b"PAR1" else _csv(path, headerless):
        count += len(frame)
        if count > most:
            raise MarketFileError(f"the file holds more than {most:,} rows; send it in parts")
        yield frame
    if not count:
        raise MarketFileError("the file holds no rows")


def _csv(path: Path, headerless: Columns) -> Iterator["pd.DataFrame"]:
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    _check_lines(path)
    separator, head, row = _first_lines(path)
    names = headerless(head)
    if names is None:
        _refuse_twice([cell.lower() for cell in head])
    if len(row) > len(head):  # pandas would leave the cells out that no column is for, in every row
        raise MarketFileError(
            f"the first row below the header has {len(row)} cells, the header {len(head)}; give each cell a column"
        )
    try:
        with pd.read_csv(
            path,
            sep=separator,
            header=None if names else 0,
            names=names,
            index_col=False,
            dtype=str,
            keep_default_na=False,
            encoding="utf-8-sig",
            skipinitialspace=True,
            chunksize=BATCH,
        ) as reader:
            for frame in reader:
                if len(frame):
                    yield _named(frame)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise MarketFileError(
            f"the file can't be read as CSV in UTF-8: {' '.join(str(error).split())[:200]}"
        ) from error


def _parquet(path: Path) -> Iterator["pd.DataFrame"]:
    import pyarrow as pa  # noqa: PLC0415 - pyarrow where it is used
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(path) as file:
            groups = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
            if sum(group.total_byte_size for group in groups) > MAX_UNPACKED:
                raise MarketFileError("the file unpacks to more than 4 GiB; send it in parts")
            for batch in file.iter_batches(batch_size=BATCH):
                frame = batch.to_pandas()
                yield _named(frame.astype(object).where(frame.notna(), "").astype(str))
    except pa.ArrowException as error:
        raise MarketFileError(f"the parquet file is damaged: {str(error)[:200]}") from error


def _first_lines(path: Path) -> tuple[str, list[str], list[str]]:
    """The separator, the cells of the first line, and those of the row after it."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            first = next((line for line in stream if line.strip()), "")
            separator = max(",;\t", key=first.count)
            row = next(csv.reader(stream, delimiter=separator, skipinitialspace=True), [])
        except (UnicodeDecodeError, csv.Error) as error:
            raise MarketFileError("the file is neither parquet nor CSV in UTF-8") from error
    return separator, [cell.strip().strip('"') for cell in first.split(separator)], row


def _check_lines(path: Path) -> None:
    """Raise for a line longer than any row is, and for NUL bytes, before anything is parsed."""
    with path.open("rb") as stream:
        for count, line in enumerate(iter(lambda: stream.readline(MAX_LINE + 1), b""), 1):
            if len(line) > MAX_LINE:
                raise MarketFileError(f"line {count:,} has more than {MAX_LINE:,} characters; no trade or order has")
            if b"\0" in line:
                raise MarketFileError(f"line {count:,} holds a NUL byte: the file is no text")


def _named(frame: "pd.DataFrame") -> "pd.DataFrame":
    names = [str(name).strip().lower() for name in frame.columns]
    if len(names) > MOST_COLUMNS:
        raise MarketFileError(f"the file has {len(names)} columns; at most {MOST_COLUMNS} are read")
    _refuse_twice(names)
    frame.columns = names
    return frame


def _refuse_twice(names: list[str]) -> None:
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        raise MarketFileError(f"the file has the column {twice[0][:60]!a} twice")
