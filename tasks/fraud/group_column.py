"""A column of a training file that says which group of people each payment's customer belongs to."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from blocks.source import fetch
from tasks.fraud.identifier import normalised
from tasks.fraud.load import MAX_FILE_BYTES
from tasks.fraud.transaction_file import TransactionFileError

LONGEST: Final = 80


def groups_of(uri: str, column: str) -> dict[str, str]:
    """The group of each transaction id of a file. Raises `TransactionFileError` when the column is absent."""
    import pandas as pd  # noqa: PLC0415 - pandas where it is used
    import pyarrow.parquet as pq  # noqa: PLC0415 - pyarrow where it is used

    with TemporaryDirectory(prefix="groups-") as folder:
        path = fetch(uri, Path(folder) / "transactions", MAX_FILE_BYTES).path
        with path.open("rb") as stream:
            parquet = stream.read(4) == b"PAR1"
        names = list(pq.read_schema(path).names if parquet else pd.read_csv(path, nrows=0, encoding="utf-8-sig"))
        ids = next((str(name) for name in names if str(name).strip().lower() == "transaction_id"), None)
        if column not in names or ids is None:
            raise TransactionFileError(f"group_column: the file has no column {column!a}; it has {', '.join(names)}")
        frame = (
            pd.read_parquet(path, columns=[ids, column])
            if parquet
            else pd.read_csv(path, usecols=[ids, column], dtype=str, keep_default_na=False, encoding="utf-8-sig")
        )
    frame = frame[frame[column].notna()]
    values = frame[column].astype(str).str.strip().str.slice(0, LONGEST)
    return dict(zip(map(normalised, frame[ids].astype(str)), values, strict=True))
