"""One way to read a prompt: its words in order, each in all its spellings."""

from collections.abc import Iterable
from functools import cached_property
from typing import Final

HIDDEN: Final = "*"
BLANK: Final = ("\0",)


class Reading:
    """Words, each in its spellings, the first of which is the word as it is read; and where each spelling stands."""

    def __init__(self, words: Iterable[tuple[str, ...]]) -> None:
        self.words = tuple(words)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each spelling stands."""
        found: dict[str, list[int]] = {}
        for place, spellings in enumerate(self.words):
            for spelling in spellings:
                found.setdefault(spelling, []).append(place)
        return found

    @cached_property
    def hidden(self) -> tuple[str, ...]:
        """Spellings in which a star hides letters, as in `n*de`, fewer than half of them."""
        return tuple(each for each in self.places if 0 < each.count(HIDDEN) * 2 < len(each))

    def without(self, spans: Iterable[tuple[int, int]]) -> "Reading":
        """The reading with blanks in place of some words."""
        words = list(self.words)
        for start, end in spans:
            words[start:end] = [BLANK] * (end - start)
        return Reading(words)
