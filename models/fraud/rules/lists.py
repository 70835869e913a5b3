"""Allow and block lists: what a payment says, looked up beside the rules."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final, Literal

from models.fraud.rules.condition import Facts
from models.fraud.rules.rule import Outcome, RuleHit

ListName = Literal["allow", "block"]
ListField = Literal["customer_id", "merchant_or_terminal_id", "device", "ip", "country"]

OUTCOMES: Final[Mapping[ListName, Outcome]] = {"allow": "approve", "block": "block"}
CALLED: Final[Mapping[ListField, str]] = {
    "customer_id": "the customer",
    "merchant_or_terminal_id": "the merchant or terminal",
    "device": "the device",
    "ip": "the address",
    "country": "the country",
}
WIDEST: Final = {4: 8, 6: 16}
"""Shortest prefix of a network that may be listed: a list is no place to shut out half the world by a slip."""


@dataclass(frozen=True)
class Listed:
    """That something is on a list, why, until when, and at which revision of the lists."""

    list: ListName
    reason: str
    revision: int
    expires_at: datetime | None = None


def spelled(field: ListField, value: str) -> str:
    """The one spelling in which values are compared: Unicode NFKC, no white space around it, no case.

    An address is written as the standard has it, and so is a network (198.51.100.0/24). Letters of another alphabet
    that look alike stay different. Raises ValueError for what can't be a value of the field.
    """
    text = unicodedata.normalize("NFKC", value).strip().casefold()
    if not text:
        raise ValueError("must not be blank")
    if field != "ip":
        return text
    if "/" not in text:
        return str(_address(text))
    network = ip_network(text, strict=False)
    if network.prefixlen < WIDEST[network.version]:
        raise ValueError(f"names more than a /{WIDEST[network.version]} network; list its parts that are meant")
    return str(network)


class Lists:
    """The entries of one owner."""

    def __init__(self) -> None:
        self._entries: dict[ListField, dict[str, Listed]] = {}
        self._networks: set[tuple[int, int]] = set()
        """Version and length of every network's prefix that was ever listed: few, and each is looked up."""

    def put(self, field: ListField, value: str, listed: Listed | None) -> None:
        """Set what is said of a value in its one spelling; None: nothing any more."""
        if listed is None:
            self._entries.get(field, {}).pop(value, None)
            return
        self._entries.setdefault(field, {})[value] = listed
        if field == "ip" and "/" in value:
            network = ip_network(value)
            self._networks.add((network.version, network.prefixlen))

    @property
    def fields(self) -> tuple[ListField, ...]:
        """The fields with entries."""
        return tuple(field for field, entries in self._entries.items() if entries)

    def hits(self, facts: Facts, at: datetime) -> tuple[RuleHit, ...]:
        """What the lists say of a payment that is judged at a moment."""
        return tuple(
            hit
            for field in self.fields
            if (known := facts.get(field)) and (hit := self.hit(field, str(known), at)) is not None
        )

    def hit(self, field: ListField, known: str, at: datetime) -> RuleHit | None:
        """What the lists say of one field's value."""
        entries = self._entries.get(field)
        if not entries:
            return None
        for value in self._spellings(field, known):
            listed = entries.get(value)
            if listed is not None and (listed.expires_at is None or at < listed.expires_at):
                why = f": {listed.reason}" if listed.reason else ""
                return RuleHit(
                    rule=f"{listed.list}-list-{field.replace('_', '-')}",
                    version=str(listed.revision),
                    outcome=OUTCOMES[listed.list],
                    text=f"{CALLED[field]} {value!a} is on the {listed.list} list{why}",
                )
        return None

    def _spellings(self, field: ListField, known: str) -> list[str]:
        """The spelling of a value; of an address also the networks around it, the narrowest first."""
        try:
            value = spelled(field, known)
        except ValueError:  # an address that is none
            return []
        if field != "ip" or "/" in value or not self._networks:
            return [value]
        address = _address(value)
        lengths = sorted((length for version, length in self._networks if version == address.version), reverse=True)
        return [value, *(str(ip_network((address, length), strict=False)) for length in lengths)]


def _address(text: str) -> IPv4Address | IPv6Address:
    address = ip_address(text)
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
