"""Events of an order book as columns: orders placed, cancelled and filled."""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

PLACE: Final = 0
CANCEL: Final = 1
FILL: Final = 2


@dataclass(frozen=True, eq=False)
class OrderEvents:
    """In the order of time.

    `time`: microseconds since 1970. `action`: `PLACE`, `CANCEL` or `FILL`. `order`: the order's number. `account`:
    places in `accounts`, -1 where unknown. `side`: 1 bid, -1 ask. `price`: of the order. `amount`: of a placed order,
    of what a cancel takes back (all that is left), of what a fill trades.
    """

    time: NDArray[np.int64]
    action: NDArray[np.int8]
    order: NDArray[np.int64]
    account: NDArray[np.int32]
    side: NDArray[np.int8]
    price: NDArray[np.float64]
    amount: NDArray[np.float64]
    accounts: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, rows: "slice | NDArray[np.intp] | NDArray[np.bool_]") -> Self:
        columns = {field.name: getattr(self, field.name)[rows] for field in fields(self) if field.name != "accounts"}
        return type(self)(**columns, accounts=self.accounts)
