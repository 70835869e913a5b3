"""What the filter says of a prompt or a picture that must not be drawn or given out."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

Category = Literal["sexual-minors", "sexual", "gore", "hate", "self-harm", "deception"]
Stage = Literal["prompt", "output"]

CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
ALWAYS: Final[frozenset[Category]] = frozenset({"sexual-minors"})
"""What no configuration allows."""


@dataclass(frozen=True)
class Blocked:
    """A refusal, and why.

    Attributes:
        reason: One sentence for the person who asked.
        words: The entries of the rules that matched the prompt; empty for a picture.
        score: How sure the classifier is of a picture, 0 to 1; None for a prompt.
    """

    stage: Stage
    category: Category
    reason: str
    words: tuple[str, ...] = ()
    score: float | None = None


def checked_allowance(allow: frozenset[Category]) -> frozenset[Category]:
    """What a configuration allows. Raises ValueError for what no configuration may allow."""
    if forbidden := sorted(allow & ALWAYS):
        raise ValueError(f"{', '.join(forbidden)} can't be allowed")
    if unknown := sorted(allow - set(CATEGORIES)):
        raise ValueError(f"no category {', '.join(map(repr, unknown))}: there are {', '.join(CATEGORIES)}")
    return allow
