"""Sessions between hosts, written as real packets (dpkt) or as Zeek's conn.log."""

import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import dpkt
import numpy as np

SEGMENT = 60_000
STATES = {"done": "SF", "refused": "REJ", "silent": "S0"}
START = 1_790_000_000.0


@dataclass(frozen=True)
class Session:
    """Who talked to whom from when on; `outcome`: done, refused or silent."""

    time: float
    src: str
    dst: str
    port: int
    sent: int = 400
    received: int = 2000
    seconds: float = 0.4
    outcome: str = "done"
    protocol: str = "tcp"
    src_port: int = 40_000


def office(seed: int = 0, hours: float = 2, hosts: int = 6, start: float = START) -> list[Session]:
    """Ordinary traffic: browsing, names, time, mail and a file server, at the whim of people."""
    random = np.random.default_rng(seed)
    sites = [f"198.51.100.{number}" for number in range(1, 30)]
    made: list[Session] = []
    for host in range(1, hosts + 1):
        own = f"10.0.0.{host}"
        moments = np.sort(random.uniform(0, hours * 3600, int(40 * hours)))
        for moment in moments.tolist():
            site = sites[int(random.integers(len(sites)))]
            made.append(Session(start + moment, own, "10.0.0.53", 53, 40, 120, 0.02, protocol="udp"))
            received = int(random.lognormal(9, 1.2))
            made.append(
                Session(start + moment + 0.1, own, site, 443, int(random.lognormal(6.5, 0.6)), received,
                        float(random.exponential(2)) + 0.1)
            )  # fmt: skip
        made += [
            Session(start + moment, own, "10.0.0.20", 445, int(random.lognormal(8, 1)), 30_000, 3.0)
            for moment in np.sort(random.uniform(0, hours * 3600, int(4 * hours))).tolist()
        ]
        made += regular(own, "198.51.100.123", 123, every=64, count=int(hours * 56), protocol="udp", start=start + host)
    return numbered(made)


def scan_hosts(src: str = "10.0.0.66", port: int = 445, hosts: int = 60, start: float = START + 600) -> list[Session]:
    """One port of many hosts, few of which answer."""
    return [
        Session(
            start + 0.2 * place, src, f"10.0.1.{place + 1}", port, 0, 0, 0.0, "refused" if place % 7 == 0 else "silent"
        )
        for place in range(hosts)
    ]


def scan_ports(
    src: str = "10.0.0.66", dst: str = "10.0.0.9", ports: int = 100, start: float = START + 900
) -> list[Session]:
    """Many ports of one host, nearly all closed."""
    return [
        Session(start + 0.05 * place, src, dst, 1 + 7 * place, 0, 0, 0.0, "done" if place == 50 else "refused")
        for place in range(ports)
    ]


def guess_passwords(
    src: str = "203.0.113.8", dst: str = "10.0.0.9", tries: int = 80, port: int = 22, start: float = START + 1200
) -> list[Session]:
    """Short sessions that all end the same way."""
    random = np.random.default_rng(8)
    moments = np.cumsum(random.exponential(2.5, tries))
    return [
        Session(start + moment, src, dst, port, 1200, 1500 + int(random.integers(60)), 2.1)
        for moment in moments.tolist()
    ]


def regular(
    src: str,
    dst: str,
    port: int,
    *,
    every: float,
    count: int,
    jitter: float = 0.0,
    protocol: str = "tcp",
    start: float = START,
    sent: int = 180,
    received: int = 90,
) -> list[Session]:
    """Sessions at one interval, give or take `jitter` of it."""
    random = np.random.default_rng(int(every) + count)
    moments = np.cumsum(every * (1 + jitter * random.uniform(-1, 1, count)))
    return [
        Session(start + moment, src, dst, port, sent, received, 0.1, protocol=protocol) for moment in moments.tolist()
    ]


def upload(
    src: str = "10.0.0.4", dst: str = "203.0.113.77", size: int = 80_000_000, start: float = START + 3000
) -> list[Session]:
    """Much data out to one place, in a few sessions."""
    return [Session(start + 60 * part, src, dst, 443, size // 4, 4000, 40.0) for part in range(4)]


def numbered(sessions: Sequence[Session]) -> list[Session]:
    """In the order of their times, each from a source port of its own."""
    ordered = sorted(sessions, key=lambda session: session.time)
    return [replace(session, src_port=10_000 + place % 50_000) for place, session in enumerate(ordered)]


def pcap(sessions: Sequence[Session], *, ng: bool = False, link: int = dpkt.pcap.DLT_EN10MB) -> bytes:
    """The packets of the sessions as a capture."""
    packets = sorted((packet for session in numbered(sessions) for packet in _packets(session)), key=lambda one: one[0])
    output = BytesIO()
    writer = (dpkt.pcapng if ng else dpkt.pcap).Writer(output, snaplen=262_144, linktype=link)
    for time, internet in packets:
        writer.writepkt(bytes(internet) if link != dpkt.pcap.DLT_EN10MB else bytes(framed(internet)), time)
    return output.getvalue()


def framed(internet: Any) -> dpkt.ethernet.Ethernet:
    """An IP packet in an Ethernet frame."""
    kind = dpkt.ethernet.ETH_TYPE_IP if isinstance(internet, dpkt.ip.IP) else dpkt.ethernet.ETH_TYPE_IP6
    return dpkt.ethernet.Ethernet(src=b"\x02\0\0\0\0\1", dst=b"\x02\0\0\0\0\2", type=kind, data=internet)


def _packets(session: Session) -> list[tuple[float, Any]]:
    if session.protocol == "udp":
        ask = dpkt.udp.UDP(sport=session.src_port, dport=session.port, data=bytes(session.sent))
        answer = dpkt.udp.UDP(sport=session.port, dport=session.src_port, data=bytes(session.received))
        made = [(session.time, wrapped(session.src, session.dst, ask))]
        if session.outcome == "done":
            made.append((session.time + session.seconds, wrapped(session.dst, session.src, answer)))
        return made
    return _tcp(session)


def _tcp(session: Session) -> list[tuple[float, Any]]:
    flags = dpkt.tcp
    there, back = (session.src, session.dst), (session.dst, session.src)

    def segment(way: tuple[str, str], flag: int, size: int = 0) -> Any:
        ports = (session.src_port, session.port) if way == there else (session.port, session.src_port)
        tcp = dpkt.tcp.TCP(sport=ports[0], dport=ports[1], flags=flag, seq=1, ack=1, data=bytes(size))
        return wrapped(*way, tcp)

    made = [(session.time, segment(there, flags.TH_SYN))]
    if session.outcome == "refused":
        return [*made, (session.time + 0.001, segment(back, flags.TH_RST | flags.TH_ACK))]
    if session.outcome == "silent":
        return made
    end = session.time + session.seconds
    made += [
        (session.time + 0.002, segment(back, flags.TH_SYN | flags.TH_ACK)),
        (session.time + 0.003, segment(there, flags.TH_ACK)),
    ]
    for way, size in ((there, session.sent), (back, session.received)):
        parts = [min(SEGMENT, size - done) for done in range(0, size, SEGMENT)]
        made += [(session.time + 0.004, segment(way, flags.TH_ACK | flags.TH_PUSH, part)) for part in parts]
    made.append((end, segment(there, flags.TH_FIN | flags.TH_ACK)))
    made.append((end + 0.001, segment(back, flags.TH_FIN | flags.TH_ACK)))
    return made


def wrapped(src: str, dst: str, above: Any) -> Any:
    """A transport segment in an IP packet of the addresses' version."""
    number = {dpkt.tcp.TCP: 6, dpkt.udp.UDP: 17, dpkt.icmp.ICMP: 1}[type(above)]
    packed = ipaddress.ip_address(src).packed, ipaddress.ip_address(dst).packed
    if isinstance(above, dpkt.udp.UDP):
        above.ulen = len(above)
    if len(packed[0]) == 4:
        made = dpkt.ip.IP(src=packed[0], dst=packed[1], p=number, data=above)
        made.len = len(made)
        return made
    return dpkt.ip6.IP6(src=packed[0], dst=packed[1], nxt=number, hlim=64, plen=len(bytes(above)), data=above)


FIELDS = (
    "ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "service", "duration", "orig_bytes",
    "resp_bytes", "conn_state", "local_orig", "local_resp", "missed_bytes", "history", "orig_pkts", "orig_ip_bytes",
    "resp_pkts", "resp_ip_bytes", "tunnel_parents",
)  # fmt: skip
TYPES = (
    "time", "string", "addr", "port", "addr", "port", "enum", "string", "interval", "count", "count", "string", "bool",
    "bool", "count", "string", "count", "count", "count", "count", "set[string]",
)  # fmt: skip


def zeek_rows(sessions: Sequence[Session]) -> list[dict[str, Any]]:
    """The connections that Zeek would log; what it does not know is absent."""
    rows = []
    for place, session in enumerate(numbered(sessions)):
        done = session.outcome == "done"
        packets = 3 + session.sent // 1400 if done else 1
        row = {
            "ts": round(session.time, 6),
            "uid": f"C{place:017d}",
            "id.orig_h": session.src,
            "id.orig_p": session.src_port,
            "id.resp_h": session.dst,
            "id.resp_p": session.port,
            "proto": session.protocol,
            "conn_state": STATES[session.outcome],
            "missed_bytes": 0,
            "orig_pkts": packets,
            "orig_ip_bytes": session.sent + 40 * packets,
            "resp_pkts": 2 + session.received // 1400 if done else 0,
            "resp_ip_bytes": session.received,
        }
        if done:
            row |= {"duration": session.seconds, "orig_bytes": session.sent, "resp_bytes": session.received}
        rows.append(row)
    return rows


def zeek_log(sessions: Sequence[Session], labels: dict[str, str] | None = None) -> str:
    """A conn.log as Zeek writes it; with `labels` by source address, as IoT-23 adds them."""
    extra = ("label", "detailed-label") if labels else ()
    lines = [
        "#separator \\x09",
        "#set_separator\t,",
        "#empty_field\t(empty)",
        "#unset_field\t-",
        "#path\tconn",
        "#open\t2026-11-23-00-00-00",
        "\t".join(["#fields", *FIELDS, *extra]),
        "\t".join(["#types", *TYPES, *["string"] * len(extra)]),
    ]
    for row in zeek_rows(sessions):
        cells = [_cell(row.get(field)) for field in FIELDS]
        if labels:
            named = labels.get(row["id.orig_h"])
            cells += ["Malicious" if named else "Benign", named or "-"]
        lines.append("\t".join(cells))
    return "\n".join([*lines, "#close\t2026-11-23-01-00-00"]) + "\n"


def _cell(value: Any) -> str:
    return "-" if value is None else f"{value:.6f}" if isinstance(value, float) else str(value)


def zeek_json(sessions: Sequence[Session]) -> str:
    """A conn.log in Zeek's JSON form."""
    return "\n".join(json.dumps(row) for row in zeek_rows(sessions)) + "\n"
