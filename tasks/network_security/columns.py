"""Columns of text on their way to numbers, categories and addresses: what can't be right is refused with its rows."""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from tasks.network_security.network_file import EXAMPLES, MAX_TEXT, NetworkFileError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

MISSING: Final = frozenset({"", "-", "(empty)", "nan", "none", "null"})


class Columns:
    """A table of text by column name, in lower case; what was noticed goes to `warnings`."""

    def __init__(self, frame: "pd.DataFrame", warnings: list[str]) -> None:
        self.frame = frame
        self.warnings = warnings

    def __len__(self) -> int:
        return len(self.frame)

    def __contains__(self, name: str) -> bool:
        return name in self.frame.columns

    def first(self, *names: str) -> str | None:
        """The first of these columns that is there."""
        return next((name for name in names if name in self), None)

    def numbers(self, name: str, *, missing: float | None = None, negative: bool = False) -> "NDArray[np.float64]":
        """A column of finite numbers, at least 0. `missing` stands for empty cells; `negative` ones become 0, counted.

        Raises NetworkFileError naming the rows.
        """
        import numpy as np  # noqa: PLC0415 - numpy where it is used
        import pandas as pd  # noqa: PLC0415

        text = self.frame[name].str.strip()
        values = pd.to_numeric(text, errors="coerce").to_numpy(np.float64, na_value=np.nan).copy()
        if missing is not None:
            values[text.str.lower().isin(MISSING).to_numpy(bool)] = missing
        self.refuse(~np.isfinite(values), name, "is no finite number")
        below = values < 0
        if negative and below.any():
            self.warnings.append(f"{name} is negative in {int(below.sum()):,} records; taken as 0.")
            values[below] = 0
        self.refuse(values < 0, name, "is negative")
        return values

    def texts(self, name: str, *, missing: str = "other", lower: bool = True) -> "NDArray[np.object_]":
        """A column of categories: short printable texts, `missing` where there is none."""
        import numpy as np  # noqa: PLC0415 - numpy where it is used
        import pandas as pd  # noqa: PLC0415

        codes, found = pd.factorize(self.frame[name])
        spelled = []
        for value in found.tolist():
            text = str(value).strip()
            if len(text) > MAX_TEXT or not text.isprintable():
                self.refuse((self.frame[name] == value).to_numpy(bool), name, f"is no category: {text[:32]!a}")
            spelled.append(missing if text.lower() in MISSING else text.lower() if lower else text)
        texts: NDArray[np.object_] = np.array([*spelled, missing], dtype=object)[codes]
        return texts

    def mapped(self, name: str, words: Mapping[str, str], otherwise: str) -> "NDArray[np.object_]":
        """A column of categories in other words."""
        import numpy as np  # noqa: PLC0415 - numpy where it is used

        texts = self.texts(name, missing=otherwise)
        known = {text: words.get(text, otherwise) for text in set(texts.tolist())}
        return np.array([known[text] for text in texts.tolist()], dtype=object)

    def addresses(self, name: str) -> "NDArray[np.object_]":
        """A column of IP addresses, each in one spelling. Raises NetworkFileError for what is none."""
        import numpy as np  # noqa: PLC0415 - numpy where it is used
        import pandas as pd  # noqa: PLC0415

        codes, found = pd.factorize(self.frame[name])
        spelled: list[str] = []
        for value in found.tolist():
            try:
                spelled.append(str(ip_address(str(value).strip()[:64])))
            except ValueError:
                self.refuse((self.frame[name] == value).to_numpy(bool), name, f"is no IP address: {str(value)[:48]!a}")
        addresses: NDArray[np.object_] = np.array([*spelled, ""], dtype=object)[codes]
        return addresses

    def ports(self, name: str) -> "NDArray[np.int64]":
        """A column of ports; hexadecimal ones too, -1 where there is none. Raises NetworkFileError."""
        import numpy as np  # noqa: PLC0415 - numpy where it is used
        import pandas as pd  # noqa: PLC0415

        text = self.frame[name].str.strip().str.lower()
        hexadecimal = text.str.match(r"^0x[0-9a-f]{1,4}$").to_numpy(bool)
        values = pd.to_numeric(text, errors="coerce").to_numpy(np.float64, na_value=np.nan).copy()
        values[hexadecimal] = [int(value, 16) for value in text[hexadecimal].tolist()]
        values[text.isin(MISSING).to_numpy(bool)] = -1
        self.refuse(~((values >= -1) & (values <= 65535) & (values == np.floor(values))), name, "is no port")
        return values.astype(np.int64)

    def refuse(self, wrong: "NDArray[np.bool_]", name: str, what: str) -> None:
        """Raise when a row is wrong, naming the first few (1 is the first record)."""
        if not wrong.any():
            return
        rows = ", ".join(f"{row + 1}" for row in wrong.nonzero()[0][:EXAMPLES])
        more = " …" if int(wrong.sum()) > EXAMPLES else ""
        raise NetworkFileError(f"{name} {what} in {int(wrong.sum()):,} records: {rows}{more}")

    def need(self, format_: str, names: Sequence[str]) -> None:
        """Raise when columns lack."""
        if lacking := [name for name in names if name not in self]:
            raise NetworkFileError(f"the {format_} records lack the columns {', '.join(lacking)}")
