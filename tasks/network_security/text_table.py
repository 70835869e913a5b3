"""Tables of text: CSV with or without a header, parquet, or the rows of a request."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tasks.network_security.network_file import MAX_LINE, MAX_RECORDS, NetworkFileError

if TYPE_CHECKING:
    import pandas as pd

MAX_UNPACKED: Final = 4 * 2**30
MOST_COLUMNS: Final = 200

Cell = str | int | float | bool | None


def check_lines(path: Path) -> None:
    """Raise NetworkFileError for a line longer than any record of traffic is, for too many lines, and for NUL bytes."""
    with path.open("rb") as stream:
        for count, line in enumerate(iter(lambda: stream.readline(MAX_LINE + 1), b""), 1):
            if len(line) > MAX_LINE:
                raise NetworkFileError(
                    f"line {count:,} has more than {MAX_LINE:,} characters; no record of traffic has"
                )
            if b"\0" in line:
                raise NetworkFileError(f"line {count:,} holds a NUL byte: the file is no text")
            if count > MAX_RECORDS + 1000:
                raise NetworkFileError(f"the file holds more than {MAX_RECORDS:,} records; send it in parts")


def first_line(path: Path) -> str:
    """The first line that is not blank, without its end. Raises NetworkFileError for an empty file."""
    with path.open("rb") as stream:
        for line in stream:
            if line.strip():
                return line.decode("utf-8-sig", errors="replace").rstrip("\r\n")
    raise NetworkFileError("the file is empty")


def read_csv(path: Path, header: Sequence[str] | None, warnings: list[str]) -> "pd.DataFrame":
    """The cells of a CSV as text by column name in lower case; `header` where the file has none.

    Raises NetworkFileError.
    """
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    content = path.read_bytes()
    try:
        content.decode("utf-8-sig")
        encoding = "utf-8-sig"
    except UnicodeDecodeError:
        encoding = "cp1252"
        warnings.append("The file is not UTF-8; it was read as Windows-1252, in which CICIDS2017's labels are written.")
    try:
        frame = pd.read_csv(
            io.BytesIO(content),
            header=None if header else 0,
            names=list(header) if header else None,
            index_col=False,
            dtype=str,
            keep_default_na=False,
            encoding=encoding,
            encoding_errors="replace",
            skipinitialspace=True,
            on_bad_lines="error",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise NetworkFileError(f"the file can't be read as CSV: {' '.join(str(error).split())[:200]}") from error
    return _named(frame)


def read_parquet(path: Path) -> "pd.DataFrame":
    """The cells of a parquet file as text by column name in lower case. Raises NetworkFileError."""
    import pyarrow as pa  # noqa: PLC0415 - pyarrow where it is used
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(path) as file:
            groups = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
            if sum(group.total_byte_size for group in groups) > MAX_UNPACKED:
                raise NetworkFileError("the file unpacks to more than 4 GiB; send it in parts")
            if file.metadata.num_rows > MAX_RECORDS or file.metadata.num_columns > MOST_COLUMNS:
                raise NetworkFileError(
                    f"the file holds more than {MAX_RECORDS:,} records or {MOST_COLUMNS} columns; send it in parts"
                )
            frame = file.read().to_pandas()
    except pa.ArrowException as error:
        raise NetworkFileError(f"the parquet file is damaged: {str(error)[:200]}") from error
    return _named(frame.astype(object).where(frame.notna(), "").astype(str))


def from_rows(rows: Sequence[Mapping[str, Cell]]) -> "pd.DataFrame":
    """The rows of a request as text by column name in lower case; a cell that is not given is empty."""
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    texts = [{name: _text(value) for name, value in row.items()} for row in rows]
    return _named(pd.DataFrame(texts, dtype=str).fillna(""))


def _text(value: Cell) -> str:
    return "" if value is None else str(int(value)) if isinstance(value, bool) else str(value)


def _named(frame: "pd.DataFrame") -> "pd.DataFrame":
    names = [str(name).strip().lower() for name in frame.columns]
    frame.columns = names
    frame = frame.loc[:, [index == names.index(name) for index, name in enumerate(names)]]  # CICIDS2017 has one twice
    if frame.shape[1] > MOST_COLUMNS:
        raise NetworkFileError(
            f"the file has {frame.shape[1]} columns; no format of traffic has more than {MOST_COLUMNS}"
        )
    if len(frame) > MAX_RECORDS:
        raise NetworkFileError(f"the file holds more than {MAX_RECORDS:,} records; send it in parts")
    if frame.empty:
        raise NetworkFileError("the file holds no records")
    return frame.copy()
