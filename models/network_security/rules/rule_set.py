"""The rules and their parameters, all of them bounded. A rule's meaning is code; nothing of a request is evaluated."""

from ipaddress import ip_network
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

VERSION: Final = "1"
RuleName = Literal["horizontal_scan", "vertical_scan", "brute_force", "exfiltration", "beaconing"]
Port = Annotated[int, Field(ge=0, le=65535)]


def _network(text: str) -> str:
    return str(ip_network(text.strip(), strict=False))


Network = Annotated[str, Field(max_length=64), AfterValidator(_network)]


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(True, description="Whether the rule is applied.")


class ScanRule(_Rule):
    """One source asks many hosts for one port, or one host for many ports, and most do not answer."""

    window_seconds: float = Field(60, ge=10, le=3600, description="Length of the window.", examples=[60])
    hosts: int = Field(20, ge=5, le=10_000, description="Different hosts on one port in a window: horizontal scan.")
    ports: int = Field(20, ge=5, le=10_000, description="Different ports of one host in a window: vertical scan.")
    unanswered_share: float = Field(
        0.5, ge=0.1, le=1, description="Least share of those attempts that came to nothing."
    )


class BruteForceRule(_Rule):
    """Many short sessions from one source to one service that asks for a password."""

    window_seconds: float = Field(300, ge=10, le=86_400, description="Length of the window.", examples=[300])
    attempts: int = Field(20, ge=5, le=100_000, description="Short sessions in a window.")
    longest_seconds: float = Field(15, ge=0.1, le=600, description="A session that lasts longer was no failed login.")
    most_bytes: float = Field(
        10_000, ge=100, le=10_000_000, description="A session that received more was no failed login."
    )
    ports: tuple[Port, ...] = Field(
        (21, 22, 23, 110, 143, 389, 445, 587, 993, 995, 1433, 3306, 3389, 5432, 5900, 5985),
        min_length=1,
        max_length=64,
        description="Ports of services that ask for a password.",
    )


class ExfiltrationRule(_Rule):
    """Far more bytes out than this host sends otherwise, to a place that hardly anyone else talks to."""

    window_seconds: float = Field(3600, ge=60, le=86_400, description="Length of the window.", examples=[3600])
    least_bytes: float = Field(50e6, ge=1e5, le=1e12, description="Bytes out in a window below which nothing is said.")
    times_usual: float = Field(
        10, ge=2, le=10_000, description="How many times the host's usual (95th percentile) window that must be."
    )
    sent_share: float = Field(0.8, ge=0.5, le=1, description="Least share of the bytes that went out.")
    rare_hosts: int = Field(2, ge=1, le=1000, description="A destination of at most so many sources is rare.")


class BeaconingRule(_Rule):
    """Connections to one place at regular intervals, as a program makes them that waits for orders."""

    repetitions: int = Field(12, ge=6, le=10_000, description="Least number of connections.")
    jitter: float = Field(
        0.15, ge=0.001, le=0.5, description="Median deviation from the median interval, as a share of it."
    )
    least_interval_seconds: float = Field(5, ge=0.5, le=3600, description="Shorter intervals are a transfer's own.")
    regular_share: float = Field(
        0.8, ge=0.5, le=1, description="Least share of intervals that are near a multiple (1 to 3) of the median one."
    )
    most_bytes: float = Field(
        200_000, ge=1000, le=1e9, description="A connection that typically carries more, both ways, is a transfer."
    )
    popular_hosts: int = Field(3, ge=1, le=10_000, description="A destination of more sources than this is popular.")
    ordinary_ports: tuple[Port, ...] = Field(
        (53, 67, 68, 123, 137, 138, 161, 514, 1900, 5353),
        max_length=64,
        description="Services that are regular by nature: time, names, addresses, monitoring.",
    )


class RuleSet(BaseModel):
    """All rules. Changing a default of ours raises `version`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal["1"] = Field(VERSION, description="Version of the rules' meaning.")
    scan: ScanRule = Field(ScanRule(), description="Horizontal and vertical port scans.")
    brute_force: BruteForceRule = Field(BruteForceRule(), description="Guessing of passwords.")
    exfiltration: ExfiltrationRule = Field(ExfiltrationRule(), description="Data carried out.")
    beaconing: BeaconingRule = Field(BeaconingRule(), description="Regular calls home.")
    home_networks: tuple[Network, ...] = Field(
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10", "127.0.0.0/8", "::1/128"),
        min_length=1,
        max_length=256,
        description="Networks that are one's own (CIDR): what leaves them may be exfiltration.",
        examples=[["10.0.0.0/8"]],
    )
    known_hosts: tuple[Network, ...] = Field(
        (),
        max_length=1000,
        description="Addresses or networks whose traffic is expected, regular or large: time, backup, monitoring.",
        examples=[["198.51.100.7/32"]],
    )
