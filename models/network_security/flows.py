"""Flows: what two hosts said to each other over one protocol and pair of ports, as columns."""

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

UNANSWERED: Final = frozenset({"S0", "REJ", "RSTRH", "SH", "RSTOS0"})
"""Connection states (Zeek's words) of an attempt that came to nothing: no answer, or a refusal."""


@dataclass(frozen=True, eq=False)
class Flows:
    """Columns of equal length.

    `time`: seconds since 1970 of the first packet, nan where unknown. `src`, `dst`: addresses, empty where unknown.
    Ports are -1 where there are none. Bytes are of the payload where the source says so, else of the packets. `state`
    is in Zeek's words (S0 no answer, SF answered and ended, REJ refused …).
    """

    time: NDArray[np.float64]
    src: NDArray[np.object_]
    dst: NDArray[np.object_]
    src_port: NDArray[np.int64]
    dst_port: NDArray[np.int64]
    protocol: NDArray[np.object_]
    service: NDArray[np.object_]
    state: NDArray[np.object_]
    duration: NDArray[np.float64]
    src_bytes: NDArray[np.float64]
    dst_bytes: NDArray[np.float64]
    src_packets: NDArray[np.float64]
    dst_packets: NDArray[np.float64]

    def __post_init__(self) -> None:
        if len({len(getattr(self, field.name)) for field in fields(self)}) != 1:
            raise ValueError("the columns of flows differ in length")

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, rows: Any) -> "Flows":
        return Flows(*(getattr(self, field.name)[rows] for field in fields(self)))

    @classmethod
    def joined(cls, *parts: "Flows") -> "Flows":
        """Flows of several files as one."""
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))

    @property
    def in_context(self) -> bool:
        """Whether hosts and times are known, so that flows can be told by who made them and when."""
        return len(self) > 0 and bool(
            (self.src != "").all() and (self.dst != "").all() and np.isfinite(self.time).all()
        )

    @property
    def unanswered(self) -> NDArray[np.bool_]:
        """Attempts that came to nothing."""
        return np.isin(self.state.astype(str), sorted(UNANSWERED))
