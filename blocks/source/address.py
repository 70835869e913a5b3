"""Which network addresses a source may have: public ones, and no way around that."""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from blocks.source.errors import SourceRefused, SourceUnavailable

Resolve = Callable[[str, int], Sequence[str]]
Network = IPv4Network | IPv6Network

# IPv6 addresses that are an IPv4 address in disguise: translators and tunnels would carry them into private networks.
DISGUISED = tuple(
    ip_network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10")
)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host by the system's resolver. Raises `SourceUnavailable`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SourceUnavailable(f"The host {host[:100]} has no address: check its spelling.") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def allowed_addresses(host: str, addresses: Sequence[str], networks: Sequence[Network]) -> list[str]:
    """`addresses` when every one of them is public or in `networks`. Raises `SourceRefused`.

    All must be: a host with a public and a private address is aimed at the private one.
    """
    for address in addresses:
        known = ip_address(address.partition("%")[0])
        if not (is_public(known) or any(known in network for network in networks)):
            raise SourceRefused(
                f"{host[:100]} has an address that is not public. Upload the file (POST /api/v1/assets) and use its "
                "asset:// uri."
            )
    return list(addresses)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the public internet: not private, loopback, link-local, reserved or multicast."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in DISGUISED):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
