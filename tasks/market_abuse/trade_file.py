"""Files of trades: ours, ccxt's dumps (timestamp, side, price, amount), Binance's trades and aggregated trades."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tasks.fraud.identifier import look_alikes
from tasks.market_abuse.batches import read_batches
from tasks.market_abuse.cells import Cells
from tasks.market_abuse.market_file import EXAMPLES, MAX_TRADES, MarketFileError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from models.market_abuse.trades import Trades

MAX_AMOUNT: Final = 9e10
"""In hundred-millionths it is still within 64 bits."""
MAX_PRICE: Final = 1e15
NAMES: Final = {
    "time": ("time", "timestamp", "datetime", "date", "transact_time", "t", "block_time"),
    "price": ("price", "p"),
    "amount": ("amount", "qty", "quantity", "size", "volume", "q"),
    "side": ("side", "taker_side"),
    "maker": ("is_buyer_maker", "isbuyermaker", "is_buyer_market_maker", "m"),
    "buyer": ("buyer", "buyer_id", "buyer_account", "to"),
    "seller": ("seller", "seller_id", "seller_account", "from"),
    "id": ("trade_id", "id", "agg_trade_id", "a", "tid"),
    "symbol": ("symbol", "market", "pair"),
}
REQUIRED: Final = ("time", "price", "amount")
BINANCE: Final = {
    6: ("id", "price", "qty", "quote_qty", "time", "is_buyer_maker"),
    7: ("id", "price", "qty", "quote_qty", "time", "is_buyer_maker", "is_best_match"),
    8: ("agg_trade_id", "price", "quantity", "first_trade_id", "last_trade_id", "transact_time", "is_buyer_maker",
        "is_best_match"),
}  # fmt: skip
SIDES: Final = {"buy": 1, "b": 1, "bid": 1, "1": 1, "sell": -1, "s": -1, "ask": -1, "-1": -1, "": 0}
FLAGS: Final = {"true": -1, "1": -1, "t": -1, "false": 1, "0": 1, "f": 1, "": 0}
"""Whether the buyer was the maker: then the taker sold."""


def read_trades(path: Path) -> tuple["Trades", list[str]]:
    """The trades of a file in the order of time, each once, and what was noticed.

    Raises MarketFileError for a file that is neither CSV nor parquet, lacks columns, is too long, or has rows that
    can't be right: then none is taken.
    """
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    parts: list[dict[str, NDArray[np.generic]]] = []
    count = 0
    for frame in read_batches(path, MAX_TRADES, _headerless):
        parts.append(_columns(Cells(frame, count)))
        count += len(frame)
    return _joined({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _headerless(cells: Sequence[str]) -> list[str] | None:
    """Binance's dumps have no header: their first cell is a number."""
    if not cells[0].lstrip("-").replace(".", "", 1).isdigit():
        return None
    known = BINANCE.get(len(cells))
    if known is None:
        raise MarketFileError(
            f"the first line is no header and has {len(cells)} cells; without a header only Binance's trades (6 or 7 "
            "columns) and aggregated trades (8) are known. Add a header: time, price, amount, side, buyer, seller"
        )
    return list(known)


def _columns(cells: Cells) -> "dict[str, NDArray[np.generic]]":
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    found = {field: name for field, names in NAMES.items() if (name := cells.first_of(*names))}
    if missing := [field for field in REQUIRED if field not in found]:
        raise MarketFileError(
            f"the file lacks the columns {', '.join(missing)}. Needed are time, price and amount; better also side, "
            "buyer, seller, trade_id and symbol, or the columns of Binance's or ccxt's trades"
        )
    empty = np.full(len(cells), "", dtype=object)
    columns: dict[str, NDArray[np.generic]] = {
        "time": cells.times(found["time"]),
        "price": cells.positive(found["price"], MAX_PRICE),
        "amount": cells.positive(found["amount"], MAX_AMOUNT),
        "side": _side(cells, found),
        "row": np.arange(cells.before + 1, cells.before + len(cells) + 1),
    }
    for field in ("buyer", "seller", "id", "symbol"):
        columns[field] = cells.names(found[field]) if field in found else empty
    return columns


def _side(cells: Cells, found: dict[str, str]) -> "NDArray[np.int8]":
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    known, name = (SIDES, found.get("side")) if "side" in found else (FLAGS, found.get("maker"))
    if name is None:
        return np.zeros(len(cells), np.int8)
    text = cells.frame[name].str.strip().str.lower()
    cells.refuse(
        ~text.isin(list(known)).to_numpy(bool), name, f"is none of {', '.join(word for word in known if word)}"
    )
    return np.asarray(text.map(known).to_numpy(np.int8), np.int8)


def _joined(columns: "dict[str, NDArray[np.generic]]") -> tuple["Trades", list[str]]:
    import numpy as np  # noqa: PLC0415 - numpy where it is used
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    from models.market_abuse.trades import NO_ACCOUNT, UNITS, Trades  # noqa: PLC0415

    warnings: list[str] = []
    frame = pd.DataFrame(columns)
    frame = _once(frame, warnings)
    amount = np.rint(frame["amount"].to_numpy(np.float64) * UNITS).astype(np.int64)
    if dust := int((amount == 0).sum()):
        warnings.append(f"{dust:,} trades of less than 0.000000005 were left out.")
        frame, amount = frame[amount > 0], amount[amount > 0]
        if frame.empty:
            raise MarketFileError("no trade has an amount of at least 0.000000005")
    if not frame["time"].is_monotonic_increasing:
        warnings.append("The trades were not in the order of time; they were put in it.")
    order = np.argsort(frame["time"].to_numpy(), kind="stable")
    frame, amount = frame.iloc[order], amount[order]
    sides = pd.concat([frame["buyer"], frame["seller"]])
    codes, accounts = pd.factorize(sides.where(sides != ""), use_na_sentinel=True)
    markets, symbols = pd.factorize(frame["symbol"])
    names = [str(name) for name in accounts]
    for plain, foreign in look_alikes(names)[:EXAMPLES]:
        warnings.append(f"The accounts {plain!a} and {foreign!a} look alike and are taken for different ones.")
    buyer, seller = np.split(codes.astype(np.int32), 2)
    if half := int(((buyer == NO_ACCOUNT) != (seller == NO_ACCOUNT)).sum()):
        warnings.append(f"{half:,} trades name only one side; wash trades are not looked for among them.")
    return Trades(
        time=frame["time"].to_numpy(np.int64),
        price=frame["price"].to_numpy(np.float64),
        amount=amount,
        side=frame["side"].to_numpy(np.int8),
        buyer=buyer,
        seller=seller,
        market=markets.astype(np.int32),
        row=frame["row"].to_numpy(np.int64),
        id=frame["id"].to_numpy(object),
        accounts=tuple(names),
        symbols=tuple(str(name) or None for name in symbols),
    ), warnings


def _once(frame: "pd.DataFrame", warnings: list[str]) -> "pd.DataFrame":
    """Rows with an id once each; an id with two contents in one market is refused."""
    named = frame["id"] != ""
    key = ["symbol", "id"]
    if not frame.loc[named].duplicated(key).any():
        return frame
    content = [name for name in frame.columns if name != "row"]
    distinct = frame[~(named & frame.duplicated(content))]
    with_id = distinct[distinct["id"] != ""]
    if (clash := with_id.loc[with_id.duplicated(key), "id"]).size:
        shown = ", ".join(ascii(value)[:60] for value in clash.unique()[:EXAMPLES])
        raise MarketFileError(f"trade_id given twice with other contents: {shown}; ids must be unique in a market")
    warnings.append(f"{len(frame) - len(distinct):,} rows repeat a trade_id exactly and were counted once.")
    return distinct
