import pytest

from models.network_security import flow_assembly
from models.network_security.flow_assembly import IDLE, LONGEST, TooManyFlowsError, assemble
from models.network_security.packet import ACK, FIN, RST, SYN, Packet

pytestmark = pytest.mark.fraud

A, B = ("10.0.0.1", 5000), ("10.0.0.2", 80)


def packet(
    time: float,
    sender: tuple[str, int],
    receiver: tuple[str, int],
    flags: int = ACK,
    size: int = 0,
    protocol: str = "tcp",
) -> Packet:
    return Packet(time, sender[0], receiver[0], sender[1], receiver[1], protocol, size, flags)


OPENED = [packet(0, A, B, SYN), packet(0.1, B, A, SYN | ACK), packet(0.2, A, B, ACK, 100), packet(0.3, B, A, ACK, 900)]


@pytest.mark.parametrize(
    ("rest", "state"),
    [
        ([packet(1, A, B, FIN | ACK), packet(1.1, B, A, FIN | ACK)], "SF"),
        ([packet(1, A, B, FIN | ACK)], "S2"),
        ([packet(1, B, A, FIN | ACK)], "S3"),
        ([packet(1, A, B, RST)], "RSTO"),
        ([packet(1, B, A, RST)], "RSTR"),
        ([], "S1"),
    ],
)
def test_states_of_answered_connections(rest: list[Packet], state: str) -> None:
    flows, _ = assemble([*OPENED, *rest])
    assert flows.state.tolist() == [state]
    assert (flows.src[0], flows.src_port[0], flows.src_bytes[0], flows.dst_bytes[0]) == ("10.0.0.1", 5000, 100, 900)


@pytest.mark.parametrize(
    ("packets", "state"),
    [
        ([packet(0, A, B, SYN)], "S0"),
        ([packet(0, A, B, SYN), packet(0.1, B, A, RST | ACK)], "REJ"),
        ([packet(0, A, B, SYN), packet(0.1, A, B, RST)], "RSTOS0"),
        ([packet(0, A, B, SYN), packet(0.1, A, B, FIN)], "SH"),
        ([packet(0, A, B, ACK, 5)], "OTH"),
    ],
)
def test_states_of_attempts(packets: list[Packet], state: str) -> None:
    assert assemble(packets)[0].state.tolist() == [state]


def test_an_answer_without_its_question_still_tells_who_asked() -> None:
    flows, _ = assemble(OPENED[1:])
    assert (flows.src[0], flows.dst[0], flows.dst_port[0]) == ("10.0.0.1", "10.0.0.2", 80)


def test_silence_ends_a_flow_and_length_cuts_it() -> None:
    quiet = [packet(0, A, B, 0, 10, "udp"), packet(IDLE["udp"] + 1, A, B, 0, 10, "udp")]
    assert len(assemble(quiet)[0]) == 2
    assert len(assemble([packet(0, A, B, 0, 10, "udp"), packet(IDLE["udp"] - 1, B, A, 0, 10, "udp")])[0]) == 1
    talk = [packet(60.0 * minute, A, B, ACK, 1) for minute in range(int(LONGEST / 60) + 10)]
    assert len(assemble(talk)[0]) == 2


def test_a_port_used_again_is_another_flow() -> None:
    closed = [*OPENED, packet(1, A, B, FIN | ACK), packet(1.1, B, A, FIN | ACK)]
    flows, _ = assemble([*closed, packet(2, A, B, SYN)])
    assert flows.state.tolist() == ["SF", "S0"]


def test_no_more_flows_are_open_than_memory_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_assembly, "MOST_OPEN", 10)
    many = [packet(place * 0.01, ("10.0.0.1", 1000 + place), B, SYN) for place in range(25)]
    flows, cut = assemble(many)
    assert (len(flows), cut) == (25, 15)
    monkeypatch.setattr(flow_assembly, "MOST_FLOWS", 20)
    with pytest.raises(TooManyFlowsError, match="more than 20 flows"):
        assemble(many)


def test_packets_out_of_order_make_no_negative_time() -> None:
    flows, _ = assemble([packet(5, A, B, SYN), packet(3, B, A, SYN | ACK), packet(6, A, B, ACK)])
    assert flows.duration.tolist() == [1.0]
