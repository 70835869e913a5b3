"""Files of Ethereum accounts, one a row, in the columns of the public data set."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.fraud.identifier import look_alikes
from tasks.market_abuse.batches import read_batches
from tasks.market_abuse.cells import Cells
from tasks.market_abuse.market_file import EXAMPLES, MAX_ACCOUNTS_ROWS, MarketFileError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAMES = ("address", "account", "account id")
LEFT_OUT = ("index", "unnamed: 0", "")
MAY_BE_NEGATIVE = frozenset({"total ether balance"})
"""Of the figures of the data set; columns that it does not have may hold what they like."""
MAX_VALUE = 1e30


class Accounts:
    """Columns of figures by name (NaN where none is given), and each account's name.

    A plain class, as `Trading` is. `label`: whether each is known for fraud; None where the file does not say.
    """

    def __init__(
        self, names: list[str], columns: "dict[str, NDArray[np.float64]]", label: "NDArray[np.bool_] | None"
    ) -> None:
        self.names, self.columns, self.label = names, columns, label

    def __len__(self) -> int:
        return len(self.names)


def read_accounts(path: Path) -> tuple[Accounts, list[str]]:
    """The accounts of a file. Raises MarketFileError."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.market_abuse.accounts.features import LABEL, TEXTS, WORDS, spelled  # noqa: PLC0415

    known = frozenset(WORDS) - MAY_BE_NEGATIVE
    parts: list[dict[str, NDArray[np.float64]]] = []
    names: list[str] = []
    for frame in read_batches(path, MAX_ACCOUNTS_ROWS, lambda _: None):
        frame.columns = [spelled(name) for name in frame.columns]
        if not frame.columns.is_unique:
            raise MarketFileError("two columns have the same name but for blanks, underscores and capitals")
        cells = Cells(frame, len(names))
        own = cells.first_of(*NAMES)
        numbered = [f"row {cells.before + place + 1}" for place in range(len(cells))]
        given = cells.names(own).tolist() if own else [""] * len(cells)
        names += [name or number for name, number in zip(given, numbered, strict=True)]
        figures = [name for name in frame.columns if name not in {*TEXTS, *NAMES, *LEFT_OUT}]
        parts.append({name: _figures(cells, name, known) for name in figures})
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    warnings = _repeated(names)
    for plain, foreign in look_alikes(names)[:EXAMPLES]:
        warnings.append(f"The accounts {plain!a} and {foreign!a} look alike and are taken for different ones.")
    label = columns.pop(LABEL, None)
    if label is not None:
        warnings.append("The file's FLAG column was not shown to the model; it is no feature.")
        if not np.isin(label, (0, 1)).all():
            raise MarketFileError("FLAG is neither 0 nor 1 in some row")
    return Accounts(names, columns, None if label is None else label == 1), warnings


def _repeated(names: list[str]) -> list[str]:
    """What is said of accounts that have several rows: each row is scored, each account is reported once."""
    counts = Counter(names)
    if not (repeated := [name for name, count in counts.items() if count > 1]):
        return []
    shown = ", ".join(ascii(name)[:60] for name in repeated[:EXAMPLES]) + (" …" if len(repeated) > EXAMPLES else "")
    return [
        f"{len(repeated):,} accounts have several rows: {shown}. Every row is scored; an account is reported once, by "
        "its riskiest row."
    ]


def _figures(cells: Cells, name: str, never_negative: frozenset[str]) -> "NDArray[np.float64]":
    """Numbers, NaN where the cell is empty."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    text = cells.frame[name].str.strip()
    values = pd.to_numeric(text, errors="coerce").to_numpy(np.float64)
    empty = text.isin(["", "nan", "NaN", "None", "null"]).to_numpy(bool)
    cells.refuse(~empty & ~(np.abs(values) < MAX_VALUE), name, f"is no number below {MAX_VALUE:g}")
    if name in never_negative:
        cells.refuse(values < 0, name, "is below 0")
    return np.where(empty, np.nan, values)
