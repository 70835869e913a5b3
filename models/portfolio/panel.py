"""Daily prices of several coins side by side, and their returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.portfolio.errors import PortfolioError, ShortReturns

FEWEST_RETURNS: Final = 60
DAY: Final = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False)
class Panel:
    """Closing prices `close[t, i]` of coin `symbols[i]` on the days `day[t]` on which every coin has one.

    Days are named by their date in UTC; they rise, but a day that a coin lacks is missing for all.
    """

    symbols: tuple[str, ...]
    day: NDArray[np.datetime64]
    close: NDArray[np.float64]

    @classmethod
    def of(cls, closes: Mapping[str, tuple[NDArray[np.datetime64], NDArray[np.float64]]]) -> "Panel":
        """Out of each coin's days and closes; only what all of them have is kept.

        Raises `ShortReturns` naming the coin with the shortest history when fewer than 60 returns are left, and
        `PortfolioError` for a price that is not positive.
        """
        if not closes:
            raise PortfolioError("There is no coin to look at: name at least one.")
        days = {symbol: day.astype("datetime64[D]") for symbol, (day, _) in closes.items()}
        common = next(iter(days.values()))
        for day in days.values():
            common = np.intersect1d(common, day)
        columns = []
        for symbol, (_, close) in closes.items():
            column = close[np.isin(days[symbol], common)]
            if not (np.isfinite(column) & (column > 0)).all():
                raise PortfolioError(f"{symbol} has a price that is not positive: mend its candles.")
            columns.append(column)
        panel = cls(tuple(closes), common, np.column_stack(columns) if len(common) else np.empty((0, len(closes))))
        if len(panel.returns) < FEWEST_RETURNS:
            shortest = min(days, key=lambda symbol: len(days[symbol]))
            raise ShortReturns(
                f"The coins share {len(panel.returns)} daily returns, {FEWEST_RETURNS} are needed: {shortest} has the "
                f"shortest history ({len(days[shortest])} days). Leave it out, or ask for a longer history."
            )
        return panel

    def __len__(self) -> int:
        return len(self.day)

    @cached_property
    def _consecutive(self) -> NDArray[np.bool_]:
        return np.asarray(np.diff(self.day) == DAY, dtype=np.bool_)

    @cached_property
    def returns(self) -> NDArray[np.float64]:
        """Simple return of each coin over one day, shape (days, coins); what spans a gap is left out."""
        moves = self.close[1:] / self.close[:-1] - 1
        return np.asarray(moves[self._consecutive], dtype=np.float64)

    @cached_property
    def return_days(self) -> NDArray[np.datetime64]:
        """The day on which each of `returns` ended."""
        return self.day[1:][self._consecutive]

    def horizon_returns(self, horizon: int) -> NDArray[np.float64]:
        """Simple return of each coin over `horizon` days, overlapping; what spans a gap is left out."""
        if horizon == 1:
            return self.returns
        whole = self.day[horizon:] - self.day[:-horizon] == horizon * DAY
        moves = self.close[horizon:] / self.close[:-horizon] - 1
        return np.asarray(moves[whole], dtype=np.float64)

    def newest(self, days: int) -> "Panel":
        """The last `days` days."""
        return Panel(self.symbols, self.day[-days:], self.close[-days:])

    def until(self, end: int) -> "Panel":
        """The first `end` days: what was known then."""
        return Panel(self.symbols, self.day[:end], self.close[:end])

    def only(self, symbols: Sequence[str]) -> "Panel":
        """Some of the coins, in the order given."""
        return Panel(tuple(symbols), self.day, self.close[:, [self.symbols.index(symbol) for symbol in symbols]])

    @property
    def gaps(self) -> int:
        """Days between the first and the last that are missing."""
        return int((self.day[-1] - self.day[0]) // DAY) + 1 - len(self) if len(self) else 0
