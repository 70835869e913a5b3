"""Packet captures (pcap, pcapng): read by libpcap packet after packet, decoded by dpkt, joined to flows.

Memory is bounded by the flows open at once, not by the capture. libpcap checks the lengths that a file claims.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from models.network_security.packet import Packet
from tasks.network_security.network_file import NetworkFileError
from tasks.network_security.traffic import Traffic

MAGICS: Final = frozenset(
    bytes.fromhex(magic) for magic in ("a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "0a0d0d0a")
)
"""First four bytes of pcap (micro- and nanoseconds, either byte order) and of pcapng."""


class PacketDecoder:
    """From the bytes of a link layer to what flows need; counts what it can't use."""

    def __init__(self, link: int) -> None:
        self._decode = _decoder_of(link)
        self.packets = 0
        self.other = 0
        self.fragments = 0
        self.damaged = 0

    def packet(self, time: float, content: bytes) -> Packet | None:
        """The packet, or None for what is not TCP, UDP or ICMP over IP, is a later fragment, or can't be decoded."""
        self.packets += 1
        try:
            internet = self._decode(content)
            found = None if internet is None else self._transport(time, internet)
        except Exception:  # noqa: BLE001 - dpkt raises whatever a hostile packet leads it to; the packet is counted
            self.damaged += 1
            return None
        if internet is None:
            self.other += 1
        return found

    def _transport(self, time: float, internet: Any) -> Packet | None:
        import dpkt  # noqa: PLC0415 - dpkt where it is used

        src, dst, above = _address(internet.src), _address(internet.dst), internet.data
        if isinstance(internet, dpkt.ip.IP):
            if internet.offset:
                self.fragments += 1
                return None
            length = internet.len - 4 * internet.hl
        else:
            length = internet.plen
        if isinstance(above, dpkt.tcp.TCP):
            payload = max(length - 4 * above.off, 0)
            return Packet(time, src, dst, above.sport, above.dport, "tcp", payload, above.flags)
        if isinstance(above, dpkt.udp.UDP):
            return Packet(time, src, dst, above.sport, above.dport, "udp", max(above.ulen - 8, 0), 0)
        if isinstance(above, dpkt.icmp.ICMP | dpkt.icmp6.ICMP6):
            return Packet(time, src, dst, above.type, above.code, "icmp", max(length - 8, 0), 0)
        if isinstance(above, bytes) and internet.p in {6, 17}:
            raise ValueError("the header is cut off")
        self.other += 1
        return None

    def warnings(self) -> list[str]:
        """What was left out, in words."""
        counts = (
            (self.other, "are not TCP, UDP or ICMP over IP"),
            (self.fragments, "are later fragments of a packet, which carry no ports"),
            (self.damaged, "could not be decoded"),
        )
        return [f"{count:,} of {self.packets:,} packets {what}; they were left out." for count, what in counts if count]


def read_capture(path: Path) -> Traffic:
    """The flows of a capture. Raises NetworkFileError for what is no capture, of another link layer or empty.

    A capture that ends in the middle of a packet, or goes wrong later, is read up to there, with a warning.
    """
    from models.network_security.flow_assembly import Assembly, TooManyFlowsError  # noqa: PLC0415 - numpy where used
    from models.network_security.flow_features import flow_features  # noqa: PLC0415

    warnings: list[str] = []
    assembly = Assembly()
    capture = _opened(path)
    try:
        decoder = PacketDecoder(_link(capture))
        for time, content in _packets(capture, warnings):
            if packet := decoder.packet(time, content):
                assembly.add(packet)
        flows = assembly.flows()
    except TooManyFlowsError as error:
        raise NetworkFileError(str(error)) from error
    finally:
        capture.close()
    warnings += decoder.warnings()
    if assembly.cut_short:
        warnings.append(f"{assembly.cut_short:,} flows were cut short: too many were open at once.")
    if not len(flows):
        raise NetworkFileError(
            "the capture holds no TCP, UDP or ICMP packets" + "".join(f". {one}" for one in warnings)
        )
    return Traffic("pcap", flow_features(flows), flows, None, warnings)


def _opened(path: Path) -> Any:
    import cypcap  # noqa: PLC0415 - libpcap where it is used

    try:
        return cypcap.open_offline(path)
    except cypcap.Error as error:
        raise NetworkFileError(f"the capture can't be read: {_said(error)}") from error


def _packets(capture: Any, warnings: list[str]) -> Iterator[tuple[float, bytes]]:
    import cypcap  # noqa: PLC0415 - libpcap where it is used

    count = 0
    try:
        for header, content in capture:
            count += 1
            yield header.ts, content
    except cypcap.Error as error:
        if not count:
            raise NetworkFileError(f"the capture can't be read: {_said(error)}") from error
        warnings.append(f"The capture was read up to its packet {count:,} only: {_said(error)}.")


def _said(error: Exception) -> str:
    return str(error.args[-1])[:200]


def _link(capture: Any) -> int:
    return int(capture.datalink())


def _decoder_of(link: int) -> Callable[[bytes], Any]:
    """How a link layer's bytes lead to an IP packet, None where there is none. Raises NetworkFileError."""
    import dpkt  # noqa: PLC0415 - dpkt where it is used

    def internet(content: bytes) -> Any:
        version = content[0] >> 4
        return dpkt.ip.IP(content) if version == 4 else dpkt.ip6.IP6(content) if version == 6 else None

    def framed(frame: Any) -> Any:
        return frame.data if isinstance(frame.data, dpkt.ip.IP | dpkt.ip6.IP6) else None

    known: dict[int, Callable[[bytes], Any]] = {
        0: lambda content: internet(content[4:]),
        1: lambda content: framed(dpkt.ethernet.Ethernet(content)),
        12: internet,
        14: internet,
        101: internet,
        108: lambda content: internet(content[4:]),
        113: lambda content: framed(dpkt.sll.SLL(content)),
        228: internet,
        229: internet,
        276: lambda content: framed(dpkt.sll2.SLL2(content)),
    }
    if link not in known:
        raise NetworkFileError(
            f"the capture's link layer {link} is not read; Ethernet, raw IP, loopback and Linux cooked captures are"
        )
    return known[link]


@lru_cache(maxsize=65_536)
def _address(packed: bytes) -> str:
    return str(ip_address(packed))
