"""The figures of an account that the model reads, in the columns of the public Ethereum fraud data set.

The data set's names, lower case, one blank between words, `erc20` figures after the token standard. Text columns (which
token it traded most) are not read: a name of a token is no reason.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

LABEL: Final = "flag"
TEXTS: Final = ("erc20 most sent token type", "erc20 most rec token type")
WORDS: Final[dict[str, str]] = {
    "avg min between sent tnx": "{value} minutes between sent transactions on average",
    "avg min between received tnx": "{value} minutes between received transactions on average",
    "time diff between first and last (mins)": "{value} minutes between its first and last transaction",
    "sent tnx": "{value} transactions sent",
    "received tnx": "{value} transactions received",
    "number of created contracts": "{value} contracts created",
    "unique received from addresses": "received from {value} addresses",
    "unique sent to addresses": "sent to {value} addresses",
    "min value received": "{value} ether is the least received",
    "max value received": "{value} ether is the most received",
    "avg val received": "{value} ether received on average",
    "min val sent": "{value} ether is the least sent",
    "max val sent": "{value} ether is the most sent",
    "avg val sent": "{value} ether sent on average",
    "total transactions (including tnx to create contract": "{value} transactions in all",
    "total ether sent": "{value} ether sent in all",
    "total ether received": "{value} ether received in all",
    "total ether sent contracts": "{value} ether sent to contracts",
    "total ether balance": "a balance of {value} ether",
    "total erc20 tnxs": "{value} token transactions",
    "erc20 total ether received": "{value} in tokens received",
    "erc20 total ether sent": "{value} in tokens sent",
    "erc20 uniq sent addr": "tokens sent to {value} addresses",
    "erc20 uniq rec addr": "tokens received from {value} addresses",
    "erc20 uniq rec contract addr": "tokens received of {value} contracts",
    "erc20 uniq sent token name": "{value} kinds of tokens sent",
    "erc20 uniq rec token name": "{value} kinds of tokens received",
    "erc20 min val rec": "{value} is the least received in tokens",
    "erc20 max val rec": "{value} is the most received in tokens",
    "erc20 avg val rec": "{value} received in tokens on average",
}


def spelled(name: str) -> str:
    """A column's name as the model has it."""
    return re.sub(r"[\s_]+", " ", name).strip().lower()


def matrix(columns: Mapping[str, NDArray[np.float64]], features: Iterable[str]) -> NDArray[np.float32]:
    """Accounts by features; NaN where a figure is not given. Raises KeyError for a column that is not there."""
    with np.errstate(over="ignore"):
        rows = np.column_stack([columns[name] for name in features])
        return np.asarray(np.where(np.isfinite(rows), np.clip(rows, -3e38, 3e38), np.nan), np.float32)


def describe(feature: str, value: float) -> str:
    """A figure in words."""
    if not np.isfinite(value):
        return f"{feature}: not given"
    whole = (value == round(value) or abs(value) >= 1000) and abs(value) < 1e15
    shown = f"{value:,.0f}" if whole else f"{value:,.4g}"
    return WORDS.get(feature, f"{feature}: {{value}}").format(value=shown)
