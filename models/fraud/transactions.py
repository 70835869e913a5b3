"""Transactions as columns: what features are computed from."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

UNKNOWN_LABEL = -1
DAY = np.timedelta64(86_400_000_000, "us")


def _not_given() -> NDArray[Any]:
    return np.empty(0, "U1")


@dataclass(frozen=True, eq=False)
class Transactions:
    """Payments, one entry a row in every column, in any order.

    transaction_id, customer, terminal: strings or integers, compared by equality; an empty terminal is an unknown one.
    time: datetime64[us], UTC. amount: int64, minor units of `currency`. currency: ISO 4217 letters.
    label: int8, 1 fraud, 0 genuine, -1 not known. device, country, channel, ip: strings, empty where not given; a
    column that is left out is not given in any row. No feature is made of channel and ip; rules and lists ask for them.
    """

    transaction_id: NDArray[Any]
    time: NDArray[np.datetime64]
    customer: NDArray[Any]
    terminal: NDArray[Any]
    amount: NDArray[np.int64]
    currency: NDArray[Any]
    label: NDArray[np.int8]
    device: NDArray[Any] = field(default_factory=_not_given)
    country: NDArray[Any] = field(default_factory=_not_given)
    channel: NDArray[Any] = field(default_factory=_not_given)
    ip: NDArray[Any] = field(default_factory=_not_given)

    def __post_init__(self) -> None:
        for name in ("device", "country", "channel", "ip"):
            if len(getattr(self, name)) != len(self.time):
                object.__setattr__(self, name, np.zeros(len(self.time), "U1"))

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, rows: NDArray[Any] | slice) -> Self:
        """The rows of a mask, an index array or a slice."""
        return type(self)(*(column[rows] for column in self.columns))

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """The columns in the order of the fields."""
        return (
            self.transaction_id,
            self.time,
            self.customer,
            self.terminal,
            self.amount,
            self.currency,
            self.label,
            self.device,
            self.country,
            self.channel,
            self.ip,
        )

    @property
    def labelled(self) -> bool:
        """Whether any row says if it was fraud."""
        return bool((self.label != UNKNOWN_LABEL).any())

    def sorted_by_time(self) -> Self:
        """The same rows, earliest first; rows of one moment stay in their order."""
        return self[np.argsort(self.time, kind="stable")]

    def between(self, start: np.datetime64, end: np.datetime64) -> Self:
        """The rows with start <= time < end."""
        return self[(self.time >= start) & (self.time < end)]

    def without_labels(self) -> Self:
        """The same rows with no label known."""
        return replace(self, label=np.full(len(self), UNKNOWN_LABEL, np.int8))

    def digest(self) -> str:
        """SHA-256 of the rows; the same for the same rows in the same order."""
        sha = hashlib.sha256()
        given = [column for column in self.columns[7:] if (column != "").any()]
        for column in (*self.columns[:7], *given):
            values = column.astype("U") if column.dtype == object else column
            sha.update(f"{values.dtype.kind}{len(values)}:".encode())
            sha.update("\x1f".join(values.tolist()).encode() if values.dtype.kind == "U" else values.tobytes())
        return sha.hexdigest()

    @classmethod
    def concatenate(cls, parts: "Sequence[Transactions]") -> Self:
        """The rows of all parts, one after the other."""
        return cls(*(np.concatenate(columns) for columns in zip(*(part.columns for part in parts), strict=True)))
