"""How far a part was proven."""

from enum import StrEnum
from typing import Final


class Rank(StrEnum):
    """The strongest thing that was seen; a part has the rank of the weakest check that it needs."""

    RAN = "ran"  # installed, started, used
    COMPILED = "compiled"  # a compiler or bundler took it
    VALIDATED = "validated"  # the field's own validator took it
    PARSED = "parsed"  # its syntax is right, which says little
    FAILED = "failed"  # a check did not pass
    UNPROVEN = "unproven"  # nothing on this machine could check it


ORDER: Final = (Rank.RAN, Rank.COMPILED, Rank.VALIDATED, Rank.PARSED, Rank.UNPROVEN, Rank.FAILED)
"""The strongest first."""


def weakest(ranks: "list[Rank]") -> Rank:
    """The last of these in `ORDER`; `UNPROVEN` of none."""
    return max(ranks, key=ORDER.index) if ranks else Rank.UNPROVEN
