"""Files of order-book events: one event a row, of one market."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from tasks.fraud.identifier import look_alikes
from tasks.market_abuse.batches import read_batches
from tasks.market_abuse.cells import Cells
from tasks.market_abuse.market_file import EXAMPLES, MAX_EVENTS, MarketFileError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.market_abuse.spoofing.events import OrderEvents

NAMES: Final = {
    "time": ("time", "timestamp", "datetime"),
    "action": ("action", "event", "type"),
    "order": ("order_id", "order", "id"),
    "account": ("account", "account_id", "trader", "owner"),
    "side": ("side",),
    "price": ("price",),
    "amount": ("amount", "size", "qty", "quantity"),
    "symbol": ("symbol", "market", "pair"),
}
OPTIONAL: Final = {"account", "symbol"}
ACTIONS: Final = {
    "place": 0,
    "new": 0,
    "add": 0,
    "open": 0,
    "cancel": 1,
    "delete": 1,
    "fill": 2,
    "trade": 2,
    "match": 2,
}
SIDES: Final = {"buy": 1, "bid": 1, "b": 1, "sell": -1, "ask": -1, "s": -1}
MAX_PRICE, MAX_AMOUNT = 1e15, 1e15


def read_book(path: Path) -> tuple["OrderEvents", list[str]]:
    """The events of a file in the order of time, and what was noticed. Raises MarketFileError."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    parts: list[dict[str, NDArray[np.generic]]] = []
    count = 0
    for frame in read_batches(path, MAX_EVENTS, lambda _: None):
        parts.append(_columns(Cells(frame, count)))
        count += len(frame)
    return _joined({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _columns(cells: Cells) -> "dict[str, NDArray[np.generic]]":
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    found = {field: name for field, names in NAMES.items() if (name := cells.first_of(*names))}
    if missing := [NAMES[field][0] for field in NAMES if field not in found and field not in OPTIONAL]:
        raise MarketFileError(
            f"the file lacks {', '.join(missing)}. Needed are time, action (place, cancel, fill), order_id, "
            "side, price, amount; and account, without which nothing can be said of who spoofs"
        )
    empty = np.full(len(cells), "", dtype=object)
    return {
        "time": cells.times(found["time"]),
        "action": _word(cells, found["action"], ACTIONS),
        "side": _word(cells, found["side"], SIDES),
        "order": cells.names(found["order"], required=True),
        "account": cells.names(found["account"]) if "account" in found else empty,
        "symbol": cells.names(found["symbol"]) if "symbol" in found else empty,
        "price": cells.positive(found["price"], MAX_PRICE),
        "amount": cells.positive(found["amount"], MAX_AMOUNT),
    }


def _word(cells: Cells, name: str, known: dict[str, int]) -> "NDArray[np.int8]":
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    text = cells.frame[name].str.strip().str.lower()
    cells.refuse(~text.isin(list(known)).to_numpy(bool), name, f"is none of {', '.join(known)}")
    return np.asarray(text.map(known).to_numpy(np.int8), np.int8)


def _joined(columns: "dict[str, NDArray[np.generic]]") -> tuple["OrderEvents", list[str]]:
    import numpy as np  # noqa: PLC0415 - numpy where it is used
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    from models.market_abuse.spoofing.events import PLACE, OrderEvents  # noqa: PLC0415

    warnings: list[str] = []
    frame = pd.DataFrame(columns)
    if frame["symbol"].nunique() > 1:
        raise MarketFileError("the events are of several markets; send one market's book at a time")
    if not frame["time"].is_monotonic_increasing:
        warnings.append("The events were not in the order of time; they were put in it.")
    frame = frame.sort_values("time", kind="stable")
    if repeated := int(frame.duplicated().sum()):
        warnings.append(f"{repeated:,} events repeat another exactly and were counted once.")
        frame = frame.drop_duplicates()
    placed = frame[frame["action"] == PLACE]
    if (clash := placed.loc[placed["order"].duplicated(), "order"]).size:
        shown = ", ".join(ascii(value)[:60] for value in clash.unique()[:EXAMPLES])
        raise MarketFileError(f"order_id placed twice: {shown}; ids must be unique")
    orders, _ = pd.factorize(frame["order"])
    codes, accounts = pd.factorize(frame["account"].where(frame["account"] != ""), use_na_sentinel=True)
    codes, others = _from_placing(orders, frame["action"].to_numpy() == PLACE, codes)
    if others:
        warnings.append(f"{others:,} cancels and fills name another account than the one that placed their order.")
    names = [str(name) for name in accounts]
    for plain, foreign in look_alikes(names)[:EXAMPLES]:
        warnings.append(f"The accounts {plain!a} and {foreign!a} look alike and are taken for different ones.")
    return OrderEvents(
        time=frame["time"].to_numpy(np.int64),
        action=frame["action"].to_numpy(np.int8),
        order=orders.astype(np.int64),
        account=codes.astype(np.int32),
        side=frame["side"].to_numpy(np.int8),
        price=frame["price"].to_numpy(np.float64),
        amount=frame["amount"].to_numpy(np.float64),
        accounts=tuple(names),
    ), warnings


def _from_placing(
    orders: "NDArray[np.int64]", placing: "NDArray[np.bool_]", codes: "NDArray[np.int64]"
) -> "tuple[NDArray[np.int64], int]":
    """The account of an event that names none is that of whoever placed its order; how many name another one."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    owner = np.full(int(orders.max()) + 1, -1)
    owner[orders[placing]] = codes[placing]
    others = int(((codes >= 0) & (owner[orders] >= 0) & (codes != owner[orders])).sum())
    return np.asarray(np.where(codes < 0, owner[orders], codes), np.int64), others
