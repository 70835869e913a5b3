"""One packet as far as flows need it."""

from typing import Final, NamedTuple

FIN: Final = 0x01
SYN: Final = 0x02
RST: Final = 0x04
ACK: Final = 0x10


class Packet(NamedTuple):
    """`time`: seconds since 1970. `payload`: bytes above the transport header. `flags`: TCP's, 0 for others.

    For ICMP `src_port` is the type and `dst_port` the code, as Zeek has it.
    """

    time: float
    src: str
    dst: str
    src_port: int
    dst_port: int
    protocol: str
    payload: int
    flags: int
