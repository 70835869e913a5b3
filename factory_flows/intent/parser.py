"""What reads a brief."""

from typing import Protocol

from factory_flows.intent.intent import Intent


class IntentParser(Protocol):
    """Reads a brief of 1 to 20,000 characters in any language; never fails on what people write."""

    def __call__(self, brief: str) -> Intent:
        """What the brief asks for."""
