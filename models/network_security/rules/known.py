"""What is ordinary: one's own networks, hosts that are expected, and what a baseline has shown before."""

from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from models.network_security.flows import Flows
from models.network_security.rules.rule_set import RuleSet


@lru_cache(maxsize=4096)
def _parsed(network: str) -> IPv4Network | IPv6Network:
    return ip_network(network)


@lru_cache(maxsize=200_000)
def within(address: str, networks: tuple[str, ...]) -> bool:
    """Whether an address is in one of the networks; what is no address is in none."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in _parsed(network) for network in networks)


@dataclass(frozen=True, eq=False)
class Known:
    """`baseline`: earlier flows of the same network that are taken to be benign; without any, None."""

    rules: RuleSet
    baseline: Flows | None = None
    pairs: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    @classmethod
    def of(cls, rules: RuleSet, baseline: Flows | None) -> "Known":
        """What the rules say and what the baseline shows."""
        if baseline is None or not baseline.in_context:
            return cls(rules)
        return cls(rules, baseline, frozenset(zip(baseline.src.tolist(), baseline.dst.tolist(), strict=True)))

    def home(self, address: str) -> bool:
        """Whether it is one's own."""
        return within(address, self.rules.home_networks)

    def expected(self, address: str) -> bool:
        """Whether it was named as known."""
        return within(address, self.rules.known_hosts)

    def seen_before(self, src: str, dst: str) -> bool:
        """Whether the baseline has them talking to each other."""
        return (src, dst) in self.pairs
