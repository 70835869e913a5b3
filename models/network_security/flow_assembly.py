"""From packets to bidirectional flows by their 5-tuple, with timeouts and bounded memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from models.network_security.flows import Flows
from models.network_security.packet import ACK, FIN, RST, SYN, Packet
from models.network_security.service import service_of

IDLE: Final = {"tcp": 300.0, "udp": 60.0, "icmp": 60.0}
"""Seconds of silence after which a flow has ended (Zeek's inactivity timeouts are of this order)."""
LONGEST: Final = 3600.0
"""A flow that lasts longer is cut, so that a long session shows before it ends."""
ENDED: Final = 5.0
"""Seconds that a closed TCP connection still takes in its last packets."""
MOST_OPEN: Final = 100_000
MOST_FLOWS: Final = 500_000
SWEEP: Final = 60.0

Key = tuple[str, str, int, int, str]


class TooManyFlowsError(ValueError):
    """A capture holds more flows than one analysis takes."""


@dataclass
class _Open:
    """A flow that may still get packets."""

    first: Packet
    last: float
    src_packets: int = 0
    dst_packets: int = 0
    src_bytes: int = 0
    dst_bytes: int = 0
    src_flags: int = 0
    dst_flags: int = 0
    closed: bool = False

    def add(self, packet: Packet, *, forward: bool) -> None:
        self.last = max(self.last, packet.time)
        if forward:
            self.src_packets += 1
            self.src_bytes += packet.payload
            self.src_flags |= packet.flags
        else:
            self.dst_packets += 1
            self.dst_bytes += packet.payload
            self.dst_flags |= packet.flags
        flags = self.src_flags & self.dst_flags
        self.closed = bool(flags & FIN) or bool((self.src_flags | self.dst_flags) & RST)

    def over(self, now: float) -> bool:
        silent = now - self.last
        return (
            silent > IDLE.get(self.first.protocol, 60.0)
            or now - self.first.time > LONGEST
            or (self.closed and silent > ENDED)
        )

    @property
    def state(self) -> str:
        """Zeek's word for how the connection went."""
        if self.first.protocol != "tcp":
            return "SF" if self.dst_packets else "S0"
        opened, answered = self.src_flags & SYN, self.dst_flags & SYN
        if not opened:
            return "SHR" if answered else "OTH"
        if self.dst_flags & RST:
            return "RSTR" if answered else "REJ"
        if self.src_flags & RST:
            return "RSTO" if answered else "RSTOS0"
        if not answered:
            return "SH" if self.src_flags & FIN else "S0"
        ends = (bool(self.src_flags & FIN), bool(self.dst_flags & FIN))
        return {(True, True): "SF", (True, False): "S2", (False, True): "S3", (False, False): "S1"}[ends]


class Assembly:
    """Takes packets in the order of the capture; open flows are bounded, and the oldest end when there are too many."""

    def __init__(self) -> None:
        self._open: dict[Key, _Open] = {}
        self._rows: list[tuple[Any, ...]] = []
        self._swept = -np.inf
        self.cut_short = 0
        """Flows that ended early because too many were open at once."""

    def add(self, packet: Packet) -> None:
        """Take in one packet. Raises TooManyFlowsError."""
        forward = (packet.src, packet.dst, packet.src_port, packet.dst_port, packet.protocol)
        backward = (packet.dst, packet.src, packet.dst_port, packet.src_port, packet.protocol)
        if packet.protocol == "icmp":
            backward = (packet.dst, packet.src, _REPLY.get(packet.src_port, packet.src_port), packet.dst_port, "icmp")
        key, is_forward = (backward, False) if backward in self._open and forward not in self._open else (forward, True)
        flow = self._open.get(key)
        if flow is not None and (flow.over(packet.time) or (is_forward and flow.closed and packet.flags & SYN)):
            self._end(key)
            flow = None
        if flow is None:
            key, is_forward = self._begin(packet, forward, backward)
            flow = self._open[key]
        flow.add(packet, forward=is_forward)
        if packet.time - self._swept > SWEEP:
            self._sweep(packet.time)

    def _begin(self, packet: Packet, forward: Key, backward: Key) -> tuple[Key, bool]:
        """A new flow; an answer whose question was not captured is taken as one."""
        answer = packet.protocol == "tcp" and packet.flags & (SYN | ACK) == (SYN | ACK)
        key = backward if answer else forward
        if len(self._open) >= MOST_OPEN:
            self._end(next(iter(self._open)))
            self.cut_short += 1
        first = packet if not answer else Packet(packet.time, *backward, packet.payload, packet.flags)
        self._open[key] = _Open(first, packet.time)
        return key, not answer

    def _sweep(self, now: float) -> None:
        self._swept = now
        for key in [key for key, flow in self._open.items() if flow.over(now)]:
            self._end(key)

    def _end(self, key: Key) -> None:
        if len(self._rows) >= MOST_FLOWS:
            raise TooManyFlowsError(f"the capture holds more than {MOST_FLOWS:,} flows; split it (editcap -i)")
        flow = self._open.pop(key)
        first = flow.first
        self._rows.append(
            (first.time, first.src, first.dst, first.src_port, first.dst_port, first.protocol,
             service_of(first.dst_port, first.protocol), flow.state, flow.last - first.time, flow.src_bytes,
             flow.dst_bytes, flow.src_packets, flow.dst_packets)
        )  # fmt: skip

    def flows(self) -> Flows:
        """All flows in the order of their first packets; none is open afterwards."""
        for key in list(self._open):
            self._end(key)
        rows = sorted(self._rows, key=lambda row: row[0])
        columns = list(zip(*rows, strict=True)) if rows else [()] * 13
        kinds = (float, object, object, np.int64, np.int64, object, object, object, *[float] * 5)
        return Flows(*(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)))


_REPLY: Final = {0: 8, 8: 0, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17, 128: 129, 129: 128}
"""ICMP types that answer each other (RFC 792, RFC 4443)."""


def assemble(packets: Iterable[Packet]) -> tuple[Flows, int]:
    """Flows of a capture, and how many were cut short because too many were open at once."""
    assembly = Assembly()
    for packet in packets:
        assembly.add(packet)
    return assembly.flows(), assembly.cut_short
