"""One thing the doctor looked at."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it stands."""

    FINE = "fine"
    NOTE = "note"
    """Works, with less than could be: no GPU, no credentials."""
    WRONG = "wrong"
    """Has to be mended; the doctor ends with 1."""


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it stands, what was seen and what to do."""

    subject: str
    verdict: Verdict
    seen: str
    remedy: str = ""
