"""Files of transactions: CSV or parquet, in our columns or in the Fraud Detection Handbook's."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from models.fraud.money import MAX_MAJOR, NO_CURRENCY, decimals
from tasks.fraud.identifier import MAX_LENGTH, checked, normalised, printable
from tasks.fraud.transaction import CLOCK_SKEW, MAX_DEVICE

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from models.fraud.transactions import Transactions

NAMES: Final = {
    "transaction_id": ("transaction_id",),
    "time": ("time", "tx_datetime"),
    "amount": ("amount", "tx_amount"),
    "customer": ("customer_id",),
    "terminal": ("merchant_or_terminal_id", "terminal_id", "merchant_id"),
    "currency": ("currency",),
    "label": ("is_fraud", "tx_fraud"),
    "device": ("device",),
    "country": ("country",),
    "channel": ("channel",),
    "ip": ("ip",),
}
FREE_TEXT: Final = {"device", "country", "channel", "ip"}
REQUIRED: Final = ("transaction_id", "time", "amount", "customer")
MAX_UNPACKED: Final = 4 * 2**30
EXAMPLES: Final = 5


class TransactionFileError(ValueError):
    """A file can't be read as transactions; says which rows and what to do."""


def read_transactions(path: Path, *, max_rows: int) -> tuple["Transactions", list[str]]:
    """The rows of a file, each id once, and what was noticed.

    Raises TransactionFileError when it is neither CSV nor parquet, lacks columns, holds more than `max_rows`, or has
    rows that can't be right: then none is taken.
    """
    frame = _read(path, max_rows)
    if frame.empty:
        raise TransactionFileError("the file holds no transactions")
    return _Rows(frame).transactions()


def _read(path: Path, max_rows: int) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    with path.open("rb") as stream:
        parquet = stream.read(4) == b"PAR1"
    try:
        frame = _read_parquet(path, max_rows) if parquet else _read_csv(path, max_rows)
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, OSError) as error:
        raise TransactionFileError(f"the file is neither parquet nor CSV in UTF-8: {str(error)[:200]}") from error
    if len(frame) > max_rows:
        raise TransactionFileError(f"the file holds more than {max_rows:,} transactions; send it in parts")
    return frame


def _read_csv(path: Path, max_rows: int) -> "pd.DataFrame":
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    header = pd.read_csv(path, nrows=0, encoding="utf-8-sig", dtype=str).columns
    found = _columns(header)
    frame = pd.read_csv(
        path,
        usecols=list(found.values()),
        nrows=max_rows + 1,
        dtype=str,
        keep_default_na=False,
        encoding="utf-8-sig",
    )
    return frame.rename(columns={name: field for field, name in found.items()})


def _read_parquet(path: Path, max_rows: int) -> "pd.DataFrame":
    import pyarrow as pa  # noqa: PLC0415 - pyarrow where it is used
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(path) as file:
            groups = [file.metadata.row_group(index) for index in range(file.metadata.num_row_groups)]
            if sum(group.total_byte_size for group in groups) > MAX_UNPACKED:
                raise TransactionFileError("the file unpacks to more than 4 GiB; send it in parts")
            if file.metadata.num_rows > max_rows:
                raise TransactionFileError(f"the file holds more than {max_rows:,} transactions; send it in parts")
            found = _columns(file.schema_arrow.names)
            table = file.read(columns=list(found.values()))
    except pa.ArrowException as error:
        raise TransactionFileError(f"the parquet file is damaged: {str(error)[:200]}") from error
    frame: pd.DataFrame = table.to_pandas()
    return frame.rename(columns={name: field for field, name in found.items()})


def _columns(names: Any) -> dict[str, str]:
    """The file's name for each of our fields that it has."""
    by_name = {str(name).strip().lower(): str(name) for name in names}
    found = {field: by_name[name] for field, known in NAMES.items() for name in known[::-1] if name in by_name}
    if missing := [NAMES[field][0] for field in REQUIRED if field not in found]:
        raise TransactionFileError(
            f"the file lacks the columns {', '.join(missing)}. Needed are transaction_id, time, amount, customer_id "
            "and better also merchant_or_terminal_id and currency, or the handbook's TRANSACTION_ID, TX_DATETIME, "
            "CUSTOMER_ID, TERMINAL_ID, TX_AMOUNT"
        )
    return found


class _Rows:
    """The columns of one file on their way to `Transactions`."""

    def __init__(self, frame: "pd.DataFrame") -> None:
        self.frame = frame
        self.warnings: list[str] = []

    def transactions(self) -> tuple["Transactions", list[str]]:
        from models.fraud.transactions import Transactions  # noqa: PLC0415 - numpy where it is used

        currency = self.currencies()
        rows = Transactions(
            transaction_id=self.identifiers("transaction_id", required=True),
            time=self.times(),
            customer=self.identifiers("customer", required=True),
            terminal=self.identifiers("terminal", required=False),
            amount=self.amounts(currency),
            currency=currency,
            label=self.labels(),
            device=self.identifiers("device", required=False),
            country=self.identifiers("country", required=False),
            channel=self.identifiers("channel", required=False),
            ip=self.identifiers("ip", required=False),
        )
        return self.once(rows), self.warnings

    def identifiers(self, field: str, *, required: bool) -> "NDArray[np.object_]":
        import numpy as np  # noqa: PLC0415 - numpy where it is used
        import pandas as pd  # noqa: PLC0415

        if field not in self.frame:
            return np.full(len(self.frame), "", dtype=object)
        column = self.frame[field]
        missing = column.isna().to_numpy(bool)
        codes, found = pd.factorize(column)
        spelled = (self._spelled(field, str(value)) for value in found.tolist())
        names = np.array([*(map(str.upper, spelled) if field == "country" else spelled), ""], dtype=object)
        values: NDArray[np.object_] = names[codes]
        if required:
            self.refuse(missing | (values == ""), NAMES[field][0], "is missing")
        return values

    def _spelled(self, field: str, value: str) -> str:
        if value.isascii() and value.isprintable() and value == value.strip() and len(value) <= MAX_LENGTH:
            return value
        longest = MAX_DEVICE if field == "device" else MAX_LENGTH
        if len(value) > longest:
            raise TransactionFileError(f"{NAMES[field][0]} {value[:20]!a}… is longer than {longest} characters")
        if not value.strip():
            return ""
        try:
            spelled = normalised(printable(value) if field in FREE_TEXT else checked(value))
        except ValueError as error:
            raise TransactionFileError(f"{NAMES[field][0]} {value!a} {error}") from error
        if spelled != value and len(self.warnings) < 10:
            self.warnings.append(f"{NAMES[field][0]} {value!a} was brought to one spelling: {spelled!a}.")
        return spelled

    def times(self) -> "NDArray[np.datetime64]":
        import numpy as np  # noqa: PLC0415 - numpy where it is used
        import pandas as pd  # noqa: PLC0415

        column = self.frame["time"]
        if pd.api.types.is_numeric_dtype(column.dtype):
            raise TransactionFileError("time must be ISO 8601 text or a timestamp, not a number")
        text = not pd.api.types.is_datetime64_any_dtype(column.dtype)
        if text:
            naive = int((~column.str.contains(r"(?:Z|[+-]\d\d:?\d\d)$", regex=True, na=False)).sum())
            parsed = pd.to_datetime(column, utc=True, errors="coerce", format="ISO8601")
        else:
            naive = len(column) if column.dt.tz is None else 0
            parsed = pd.to_datetime(column, utc=True)
        times = parsed.dt.tz_localize(None).to_numpy("datetime64[us]")
        self.refuse(np.isnat(times), "time", "is missing or not ISO 8601")
        latest = np.datetime64((datetime.now(UTC) + CLOCK_SKEW).replace(tzinfo=None), "us")
        self.refuse(times > latest, "time", "is in the future")
        self.refuse(times < np.datetime64("1970-01-01"), "time", "is before 1970")
        if naive:
            self.warnings.append(f"{naive:,} times carry no offset and were taken as UTC.")
        return times

    def currencies(self) -> "NDArray[np.object_]":
        import numpy as np  # noqa: PLC0415 - numpy where it is used
        import pandas as pd  # noqa: PLC0415

        if "currency" not in self.frame:
            return np.full(len(self.frame), NO_CURRENCY, dtype=object)
        codes, found = pd.factorize(self.frame["currency"])
        names = np.array(
            [*(str(value).strip().upper()[:8] or NO_CURRENCY for value in found.tolist()), NO_CURRENCY], object
        )
        for name in names:
            try:
                decimals(name)
            except ValueError as error:
                raise TransactionFileError(str(error)) from error
        currencies: NDArray[np.object_] = names[codes]
        return currencies

    def amounts(self, currency: "NDArray[np.object_]") -> "NDArray[np.int64]":
        import numpy as np  # noqa: PLC0415 - numpy where it is used
        import pandas as pd  # noqa: PLC0415

        major = pd.to_numeric(self.frame["amount"], errors="coerce").to_numpy(np.float64, na_value=np.nan)
        self.refuse(~np.isfinite(major), "amount", "is missing or not a finite number")
        self.refuse((major < 0) | (major >= MAX_MAJOR), "amount", f"is not in 0 to below {MAX_MAJOR:,}")
        codes, names = pd.factorize(currency)
        scaled = major * np.array([10.0 ** decimals(name) for name in names])[codes]
        minor = np.rint(scaled)
        # A double holds a thousand million with seven decimals: what is off by more is a finer amount, not noise.
        self.refuse(
            np.abs(scaled - minor) > np.maximum(1e-6, scaled * 1e-15), "amount", "has more decimals than its currency"
        )
        in_minor: NDArray[np.int64] = minor.astype(np.int64)
        return in_minor

    def labels(self) -> "NDArray[np.int8]":
        import numpy as np  # noqa: PLC0415 - numpy where it is used
        import pandas as pd  # noqa: PLC0415

        from models.fraud.transactions import UNKNOWN_LABEL  # noqa: PLC0415

        if "label" not in self.frame:
            return np.full(len(self.frame), UNKNOWN_LABEL, np.int8)
        column = self.frame["label"].replace({"": None, "true": 1, "false": 0, "True": 1, "False": 0})
        given = column.notna().to_numpy(bool)
        values = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)
        self.refuse(given & ~np.isin(values, (0, 1)), NAMES["label"][0], "is neither 0 nor 1")
        return np.where(given, values, UNKNOWN_LABEL).astype(np.int8)

    def refuse(self, wrong: "NDArray[np.bool_]", field: str, what: str) -> None:
        """Raise when a row is wrong, naming the first few (1 is the first row of data)."""
        if not wrong.any():
            return
        first = [f"{row + 1}" for row in wrong.nonzero()[0][:EXAMPLES]]
        more = " …" if int(wrong.sum()) > EXAMPLES else ""
        raise TransactionFileError(f"{field} {what} in {int(wrong.sum()):,} rows: {', '.join(first)}{more}")

    def once(self, rows: "Transactions") -> "Transactions":
        """The rows without exact repeats; an id with two contents is refused."""
        import pandas as pd  # noqa: PLC0415 - pandas where it is used

        frame = pd.DataFrame(dict(enumerate(rows.columns))).rename(columns={0: "transaction_id"})
        if not frame["transaction_id"].duplicated().any():
            return rows
        distinct = frame.drop_duplicates()
        clash = distinct.loc[distinct["transaction_id"].duplicated(), "transaction_id"]
        if not clash.empty:
            shown = ", ".join(ascii(value) for value in clash.unique()[:EXAMPLES])
            raise TransactionFileError(f"transaction_id given twice with other contents: {shown}; ids must be unique")
        self.warnings.append(f"{len(frame) - len(distinct):,} rows repeat another exactly and were counted once.")
        return rows[distinct.index.to_numpy()]
