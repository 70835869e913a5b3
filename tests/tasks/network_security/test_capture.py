"""Captures of real packets: made by dpkt, and taken from this machine's own loopback."""

import socket
import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import dpkt
import pytest

from tasks.network_security.network_file import NetworkFileError
from tasks.network_security.read import read_traffic
from tests.tasks.network_security.sessions import START, Session, framed, office, pcap, scan_ports, wrapped, zeek_log

pytestmark = pytest.mark.fraud


def written(folder: Path, content: bytes) -> Path:
    path = folder / "capture"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("ng", [False, True])
def test_flows_of_packets_are_those_of_zeeks_log(tmp_path: Path, ng: bool) -> None:
    sessions = [*office(hours=0.3, hosts=3), *scan_ports(ports=30)]
    capture = read_traffic(written(tmp_path, pcap(sessions, ng=ng)))
    log = read_traffic(written(tmp_path, zeek_log(sessions).encode()))
    assert capture.flows is not None
    assert log.flows is not None
    assert capture.format == "pcap"
    for column in ("src", "dst", "src_port", "dst_port", "protocol", "service", "state"):
        assert getattr(capture.flows, column).tolist() == getattr(log.flows, column).tolist(), column
    for column in ("src_bytes", "dst_bytes"):
        assert getattr(capture.flows, column) == pytest.approx(getattr(log.flows, column))
    assert capture.flows.time == pytest.approx(log.flows.time, abs=1e-4)
    assert capture.flows.duration == pytest.approx(log.flows.duration, abs=0.01)


@pytest.mark.parametrize("link", [1, 101, 228])
def test_link_layers(tmp_path: Path, link: int) -> None:
    content = pcap([Session(START, "10.0.0.1", "10.0.0.2", 80)], link=link)
    flows = read_traffic(written(tmp_path, content)).flows
    assert flows is not None
    assert (flows.src[0], flows.dst_port[0], flows.src_bytes[0], flows.dst_bytes[0]) == ("10.0.0.1", 80, 400, 2000)


def test_ipv6_vlan_and_icmp(tmp_path: Path) -> None:
    output = BytesIO()
    writer = dpkt.pcap.Writer(output, snaplen=65535)
    six = wrapped("2001:db8::1", "2001:db8::2", dpkt.udp.UDP(sport=5000, dport=53, data=b"12345"))
    writer.writepkt(bytes(framed(six)), START)
    plain = framed(wrapped("10.0.0.1", "10.0.0.2", dpkt.udp.UDP(sport=5001, dport=123, data=b"1" * 48)))
    tagged = bytes(plain)[:12] + struct.pack(">HH", 0x8100, 7) + bytes(plain)[12:]
    writer.writepkt(tagged, START + 1)
    for kind, way in ((8, ("10.0.0.1", "10.0.0.9")), (0, ("10.0.0.9", "10.0.0.1"))):
        echo = dpkt.icmp.ICMP(type=kind, data=dpkt.icmp.ICMP.Echo(id=1, seq=1, data=b"x" * 56))
        writer.writepkt(bytes(framed(wrapped(*way, echo))), START + 2 + (kind == 0) * 0.01)
    flows = read_traffic(written(tmp_path, output.getvalue())).flows
    assert flows is not None
    assert flows.protocol.tolist() == ["udp", "udp", "icmp"]
    assert flows.src.tolist() == ["2001:db8::1", "10.0.0.1", "10.0.0.1"]
    assert flows.state.tolist() == ["S0", "S0", "SF"]
    assert flows.service.tolist() == ["dns", "ntp", "icmp"]


def test_a_capture_cut_in_the_middle_of_a_packet_is_read_up_to_there(tmp_path: Path) -> None:
    content = pcap(office(hours=0.1, hosts=2))
    traffic = read_traffic(written(tmp_path, content[: len(content) // 2]))
    assert len(traffic) > 5
    assert any("was read up to its packet" in warning and "truncated" in warning for warning in traffic.warnings)


def test_packets_cut_to_their_headers_tell_as_much(tmp_path: Path) -> None:
    """Captures are often taken with a snap length: sizes are told by the headers then."""
    sessions = [Session(START, "10.0.0.1", "10.0.0.2", 80, 5000, 70_000)]
    whole, cut = BytesIO(pcap(sessions)), BytesIO()
    cut.write(whole.read(24))
    while header := whole.read(16):
        seconds, micros, held, length = struct.unpack("<IIII", header)
        content = whole.read(held)[:60]
        cut.write(struct.pack("<IIII", seconds, micros, len(content), length) + content)
    flows = read_traffic(written(tmp_path, cut.getvalue())).flows
    assert flows is not None
    assert (flows.src_bytes[0], flows.dst_bytes[0]) == (5000, 70_000)


def test_packets_that_are_no_ip_or_damaged_are_counted(tmp_path: Path) -> None:
    output = BytesIO()
    writer = dpkt.pcap.Writer(output, snaplen=65535)
    good = bytes(framed(wrapped("10.0.0.1", "10.0.0.2", dpkt.udp.UDP(sport=1, dport=53, data=b"1"))))
    writer.writepkt(good, START)
    writer.writepkt(bytes(dpkt.ethernet.Ethernet(type=0x0806, data=dpkt.arp.ARP())), START)
    for length in (0, 3, 14, 20, 30, 36):
        writer.writepkt(good[:length], START)
    fragment = wrapped("10.0.0.1", "10.0.0.2", dpkt.udp.UDP(sport=1, dport=53, data=b"1"))
    fragment.offset = 100
    writer.writepkt(bytes(framed(fragment)), START)
    traffic = read_traffic(written(tmp_path, output.getvalue()))
    assert len(traffic) == 1
    said = " ".join(traffic.warnings)
    assert "of 9 packets" in said
    assert "1 of 9 packets are later fragments" in said
    assert "could not be decoded" in said


@pytest.mark.parametrize("seed", range(6))
def test_a_capture_of_damaged_packets_never_ends_in_an_unknown_error(tmp_path: Path, seed: int) -> None:
    import random

    chance = random.Random(seed)
    content = bytearray(pcap(office(hours=0.05, hosts=2)))
    for _ in range(200):
        content[chance.randrange(24, len(content))] = chance.randrange(256)
    try:
        traffic = read_traffic(written(tmp_path, bytes(content)))
    except NetworkFileError:
        return
    assert len(traffic) > 0


def test_a_link_layer_that_is_not_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(NetworkFileError, match="link layer 105 is not read"):
        read_traffic(written(tmp_path, pcap([Session(START, "10.0.0.1", "10.0.0.2", 80)], link=105)))


def test_a_capture_without_packets(tmp_path: Path) -> None:
    with pytest.raises(NetworkFileError, match="holds no TCP, UDP or ICMP packets"):
        read_traffic(written(tmp_path, pcap([])))


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A raw socket that hears the loopback interface."""
    if not hasattr(socket, "AF_PACKET"):
        pytest.skip("only Linux lets a program hear its loopback interface this way")
    try:
        heard = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))
    except PermissionError:
        pytest.skip("hearing the loopback interface needs CAP_NET_RAW")
    with heard:
        heard.bind(("lo", 0))
        heard.settimeout(5)
        yield heard


def test_real_connections_over_loopback(tmp_path: Path, listening: socket.socket) -> None:
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = free.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)) as client, server.accept()[0] as served:
        client.sendall(b"q" * 1000)
        assert served.recv(65536)
        served.sendall(b"a" * 5000)
        received = 0
        while received < 5000:
            received += len(client.recv(65536))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", closed))
    server.close()
    output, refused = BytesIO(), False
    writer = dpkt.pcap.Writer(output, snaplen=262_144)
    for count in range(5000):
        frame, address = listening.recvfrom(262_144)
        tcp = dpkt.ethernet.Ethernet(frame).data.data
        if (
            address[2] == socket.PACKET_OUTGOING
            or not isinstance(tcp, dpkt.tcp.TCP)
            or not {tcp.sport, tcp.dport} & {port, closed}
        ):
            continue  # loopback shows each packet going out and coming in
        writer.writepkt(frame, START + count / 1e4)
        refused = refused or tcp.sport == closed
        if refused:
            break
    flows = read_traffic(written(tmp_path, output.getvalue())).flows
    assert flows is not None
    by_port = dict(zip(flows.dst_port.tolist(), range(len(flows)), strict=True))
    assert flows.state[by_port[closed]] == "REJ"
    assert (flows.src_bytes[by_port[port]], flows.dst_bytes[by_port[port]]) == (1000, 5000)
    assert flows.state[by_port[port]] in {"SF", "S2", "S3", "RSTO", "RSTR"}
