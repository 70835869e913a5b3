"""Columns of text made into numbers, times and names; what can't be right is refused with the rows it is in."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tasks.fraud.identifier import checked, normalised
from tasks.fraud.transaction import CLOCK_SKEW
from tasks.market_abuse.market_file import EXAMPLES, MAX_NAME, MarketFileError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

EARLIEST, LATEST = 946_684_800, 4_102_444_800
"""2000-01-01 and 2100-01-01: what lies outside is a time in another unit, or none."""


class Cells:
    """One batch of rows; `before`: how many rows of the file came before it."""

    def __init__(self, frame: "pd.DataFrame", before: int) -> None:
        self.frame, self.before = frame.reset_index(drop=True), before

    def __len__(self) -> int:
        return len(self.frame)

    def first_of(self, *names: str) -> str | None:
        """The first of these columns that there is."""
        return next((name for name in names if name in self.frame), None)

    def numbers(self, name: str) -> "NDArray[np.float64]":
        """A column of finite numbers."""
        import numpy as np  # noqa: PLC0415 - numpy where it is used
        import pandas as pd  # noqa: PLC0415 - pandas where it is used

        values = pd.to_numeric(self.frame[name].str.strip(), errors="coerce").to_numpy(np.float64)
        self.refuse(~np.isfinite(values), name, "is no finite number")
        return values

    def positive(self, name: str, below: float) -> "NDArray[np.float64]":
        """A column of numbers above 0 and below a bound."""
        values = self.numbers(name)
        self.refuse(~((values > 0) & (values < below)), name, f"is not above 0 and below {below:,.6g}")
        return values

    def times(self, name: str) -> "NDArray[np.int64]":
        """Microseconds since 1970, from ISO 8601 (UTC unless it says otherwise) or a number of s, ms, µs or ns."""
        import numpy as np  # noqa: PLC0415 - numpy where it is used
        import pandas as pd  # noqa: PLC0415 - pandas where it is used

        text = self.frame[name].str.strip()
        number = pd.to_numeric(text, errors="coerce").to_numpy(np.float64)
        if np.isfinite(number).all():
            return self._of_numbers(name, text, number)
        moments = pd.to_datetime(text, errors="coerce", utc=True, format="ISO8601")
        self.refuse(moments.isna().to_numpy(bool), name, "is no time (ISO 8601, or seconds to nanoseconds since 1970)")
        micros = moments.dt.as_unit("us").astype("int64").to_numpy(np.int64)
        self._refuse_times(micros / 1e6, name)
        return np.asarray(micros, np.int64)

    def _of_numbers(self, name: str, text: "pd.Series[str]", number: "NDArray[np.float64]") -> "NDArray[np.int64]":
        import numpy as np  # noqa: PLC0415 - numpy where it is used

        unit = np.select([number < LATEST, number < LATEST * 1e3, number < LATEST * 1e6], [1.0, 1e3, 1e6], 1e9)
        seconds = number / unit
        self._refuse_times(seconds, name)
        self.refuse(unit != unit[0], name, "is in another unit than the first row's")
        if float(unit[0]) == 1:
            return np.asarray(np.rint(number * 1e6), np.int64)
        digits = text.str.partition(".")[0]
        written_out = ~text.str.contains("e", case=False, regex=False).to_numpy(bool)  # 1.7e12 is cut at no point
        whole = np.rint(number).astype(np.int64)
        whole[written_out] = digits[written_out].astype("int64")  # a double can't hold nanoseconds
        scale = {1e3: (1000, 1), 1e6: (1, 1), 1e9: (1, 1000)}[float(unit[0])]
        return np.asarray(whole * scale[0] // scale[1], np.int64)

    def _refuse_times(self, seconds: "NDArray[np.float64]", name: str) -> None:
        self.refuse(~((seconds >= EARLIEST) & (seconds <= LATEST)), name, "is not between 2000 and 2100")
        self.refuse(seconds > (datetime.now(UTC) + CLOCK_SKEW).timestamp(), name, "is in the future")

    def names(self, name: str, *, required: bool = False) -> "NDArray[np.object_]":
        """Ids in one spelling; empty where none is given."""
        import numpy as np  # noqa: PLC0415 - numpy where it is used
        import pandas as pd  # noqa: PLC0415 - pandas where it is used

        codes, distinct = pd.factorize(self.frame[name])
        spelled, wrong = [], {}
        for code, text in enumerate(distinct.tolist()):
            short = normalised(text) if len(text) <= 4 * MAX_NAME else text
            spelled.append(short)
            if not short:
                continue
            if len(short) > MAX_NAME:
                wrong[code] = f"has more than {MAX_NAME} characters"
                continue
            try:
                checked(short)
            except ValueError as error:
                wrong[code] = str(error)
        if wrong:
            code, what = next(iter(wrong.items()))
            self.refuse(np.isin(codes, list(wrong)), name, f"({ascii(distinct[code])[:60]}) {what[:200]}")
        values = np.array(spelled, dtype=object)[codes]
        if required:
            self.refuse(values == "", name, "is empty")
        return np.asarray(values, object)

    def refuse(self, wrong: "NDArray[np.bool_]", field: str, what: str) -> None:
        """Raise when a row is wrong, naming the first few (1 is the first row of data)."""
        if not wrong.any():
            return
        first = [f"{self.before + row + 1:,}" for row in wrong.nonzero()[0][:EXAMPLES].tolist()]
        more = " …" if int(wrong.sum()) > EXAMPLES else ""
        raise MarketFileError(f"{field} {what} in row {', '.join(first)}{more}")
