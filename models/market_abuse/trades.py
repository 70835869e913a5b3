"""Trades of one or several markets as columns."""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

UNITS: Final = 10**8
"""Amounts are whole hundred-millionths, so that a sum is the same in any order."""
NO_ACCOUNT: Final = -1


@dataclass(frozen=True, eq=False)
class Trades:
    """Trades in the order of time; equal times in the order of the file.

    `time`: microseconds since 1970, UTC. `price`: in the quote currency, positive. `amount`: hundred-millionths of what
    is traded, positive. `side`: the taker's, 1 bought, -1 sold, 0 unknown. `buyer`, `seller`: places in `accounts`, or
    `NO_ACCOUNT`. `market`: places in `symbols`. `row`: the trade's place in the file, 1 is the first. `id`: as the file
    gives it, empty where it does not.
    """

    time: NDArray[np.int64]
    price: NDArray[np.float64]
    amount: NDArray[np.int64]
    side: NDArray[np.int8]
    buyer: NDArray[np.int32]
    seller: NDArray[np.int32]
    market: NDArray[np.int32]
    row: NDArray[np.int64]
    id: NDArray[np.object_]
    accounts: tuple[str, ...] = ()
    symbols: tuple[str | None, ...] = (None,)

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, rows: "slice | NDArray[np.intp] | NDArray[np.bool_]") -> Self:
        columns = {
            field.name: getattr(self, field.name)[rows]
            for field in fields(self)
            if field.name not in {"accounts", "symbols"}
        }
        return type(self)(**columns, accounts=self.accounts, symbols=self.symbols)

    @property
    def has_accounts(self) -> bool:
        """Whether any trade names both its buyer and its seller."""
        return bool(self.named.any())

    @property
    def named(self) -> NDArray[np.bool_]:
        """Which trades name both sides."""
        return np.asarray((self.buyer != NO_ACCOUNT) & (self.seller != NO_ACCOUNT), np.bool_)

    @property
    def units(self) -> NDArray[np.float64]:
        """Amounts in whole units of what is traded."""
        return self.amount / UNITS

    def of_market(self, place: int) -> Self:
        """The trades of one market."""
        return self[self.market == place]
