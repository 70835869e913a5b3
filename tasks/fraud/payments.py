"""The payments to judge and what is known from before, in one spelling and each counted once."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from models.fraud.money import NO_CURRENCY
from tasks.fraud.identifier import look_alikes
from tasks.fraud.transaction import Transaction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.fraud.transactions import Transactions


class Payments:
    """Payments to judge, earlier ones if any were named, where they came from, and what was noticed about them.

    A plain class, for Prefect searches every value inside a dataclass that is passed to a task for futures.
    """

    def __init__(
        self,
        batch: "Transactions",
        history: "Transactions | None",
        *,
        data_source: str,
        sha256: str,
        warnings: tuple[str, ...],
    ) -> None:
        self.batch = batch
        self.history = history
        self.data_source = data_source
        self.sha256 = sha256
        self.warnings = warnings

    def only(self, rows: "NDArray[np.intp]") -> "Payments":
        """Some of the payments to judge, with the same history."""
        return Payments(
            self.batch[rows],
            self.history,
            data_source=self.data_source,
            sha256=self.sha256,
            warnings=self.warnings,
        )


def from_rows(rows: Sequence[Transaction]) -> tuple["Transactions", list[str]]:
    """Columns of payments that came with the request, and warnings. `rows` hold no conflicts."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.fraud.transactions import UNKNOWN_LABEL, Transactions  # noqa: PLC0415

    unique = list(dict.fromkeys(row.contents for row in rows))
    ids, times, amounts, currencies, customers, terminals, devices, countries, channels, ips = zip(*unique, strict=True)
    batch = Transactions(
        transaction_id=_text(ids),
        time=np.array([_plain(time) for time in times], "datetime64[us]"),
        customer=_text(customers),
        terminal=_text(terminals),
        amount=np.array(amounts, np.int64),
        currency=_text(currencies),
        label=np.full(len(unique), UNKNOWN_LABEL, np.int8),
        device=_text(devices),
        country=_text(countries),
        channel=_text(channels),
        ip=_text(ips),
    )
    return batch, _row_warnings(rows, len(unique))


def _row_warnings(rows: Sequence[Transaction], unique: int) -> list[str]:
    warnings = []
    if unique < len(rows):
        warnings.append(f"{len(rows) - unique} of {len(rows)} rows repeat another exactly and were counted once.")
    if naive := sum(row.time.tzinfo is None for row in rows):
        warnings.append(f"{naive} times carry no offset and were taken as UTC.")
    if respelled := [row.transaction_id for row in rows if _respelled(row)]:
        warnings.append(
            f"Ids of {len(respelled)} rows were brought to one spelling (Unicode NFKC, no white space around them): "
            f"{_some(respelled)}."
        )
    return warnings


def _respelled(row: Transaction) -> bool:
    given = (row.transaction_id, row.customer_id, row.merchant_or_terminal_id or "")
    return given != (row.contents[0], *row.contents[4:6])


def content_warnings(batch: "Transactions") -> list[str]:
    """What a reader should know before trusting verdicts on these payments."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    warnings = []
    currencies = np.unique(batch.currency.astype("U")).tolist()
    if NO_CURRENCY in currencies:
        warnings.append("Some payments state no currency; their amounts count two decimals.")
    if len(currencies) > 1:
        warnings.append(f"Amounts in {', '.join(currencies)} are compared as they are: nothing is converted.")
    if unnamed := int((batch.terminal == "").sum()):
        warnings.append(f"{unnamed} payments name no terminal or merchant: nothing is known about the place.")
    for column, name in ((batch.customer, "customer"), (batch.terminal, "terminal"), (batch.transaction_id, "payment")):
        for plain, foreign in look_alikes(column.tolist())[:5]:
            warnings.append(f"The {name} ids {plain!a} and {foreign!a} look alike but differ: counted as two.")
    return warnings


def without_batch(history: "Transactions", batch: "Transactions") -> tuple["Transactions", list[str]]:
    """The history less the payments that are judged now. Raises ValueError when one of them differs there."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    shared = np.isin(history.transaction_id.astype("U"), batch.transaction_id.astype("U"))
    if not shared.any():
        return history, []
    judged = {row[0]: row for row in _contents(batch)}
    for row in _contents(history[shared]):
        if judged[row[0]] != row:
            raise ValueError(f"transaction_id {row[0]!r} is in the history with other contents; ids must be unique")
    return history[~shared], [f"{int(shared.sum())} rows of the history are the payments to judge: counted once."]


def _contents(rows: "Transactions") -> list[tuple[Any, ...]]:
    columns = (rows.transaction_id, rows.time.astype("int64"), rows.customer, rows.terminal, rows.amount, rows.currency)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _text(values: Sequence[str]) -> "NDArray[np.object_]":
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    return np.array(values, dtype=object)


def _plain(time: datetime) -> datetime:
    return time.replace(tzinfo=None)


def _some(values: Sequence[str]) -> str:
    return ", ".join(f"{value!a}" for value in values[:3]) + (" …" if len(values) > 3 else "")
