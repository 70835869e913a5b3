"""One entry of the rules: words in a row, found in a reading.

`severed head|arm` means either; `mutilat*` begins so; `cutting ... wrists` allows four words between.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from models.image_safety.folding import folded
from models.image_safety.reading import HIDDEN, Reading
from models.image_safety.readings import drawn_out

GAP: Final = "..."
WIDEST_GAP: Final = 4
SHORTEST_HIDDEN: Final = 4


@dataclass(frozen=True)
class _Part:
    """One place of an entry: whole words, or how a word begins; neither means a gap."""

    exact: frozenset[str]
    beginnings: tuple[str, ...]

    def places(self, reading: Reading) -> set[int]:
        found = {place for word in self.exact for place in reading.places.get(word, ())}
        for spelling, places in reading.places.items() if self.beginnings else ():
            if spelling.startswith(self.beginnings):
                found.update(places)
        for spelling in reading.hidden:
            if any(_hides(spelling, word) for word in self.exact):
                found.update(reading.places[spelling])
        return found


@dataclass(frozen=True)
class Found:
    """Where an entry begins and ends, and the words of the prompt's reading that it matched."""

    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Term:
    """An entry, taken apart; None stands for a gap."""

    parts: tuple[_Part | None, ...]

    @classmethod
    def of(cls, text: str) -> "Term":
        """Raises ValueError where an entry is blank or begins or ends with a gap."""
        parts = tuple(None if word == GAP else _part(word) for word in folded(text).split())
        if not parts or parts[0] is None or parts[-1] is None:
            raise ValueError(f"{text!r} is no entry: words, with | between alternatives, * at an end, ... for a gap")
        return cls(parts)

    def found(self, reading: Reading) -> Iterator[Found]:
        """Each time that the entry stands in a reading."""
        where: list[set[int] | None] = []
        for part in self.parts:
            where.append(None if part is None else part.places(reading))
            if where[-1] == set():
                return
        for start in sorted(where[0] or ()):
            if (end := _end(where, start, 0)) is not None:
                yield Found(start, end, " ".join(word[0] for word in reading.words[start:end]))


def _part(word: str) -> _Part:
    alternatives = [each for each in word.split("|") if each]
    if not alternatives or not all(each.rstrip("*").replace("-", "").isalnum() for each in alternatives):
        raise ValueError(f"{word!r} is no word of an entry: letters, with | between alternatives and * at an end")
    whole = [each for each in alternatives if not each.endswith("*")]
    return _Part(
        frozenset((*whole, *map(drawn_out, whole))), tuple(each[:-1] for each in alternatives if each.endswith("*"))
    )


def _end(where: list[set[int] | None], place: int, part: int) -> int | None:
    if part == len(where):
        return place
    places = where[part]
    if places is None:
        ends = (_end(where, place + skipped, part + 1) for skipped in range(WIDEST_GAP + 1))
        return next((end for end in ends if end is not None), None)
    return _end(where, place + 1, part + 1) if place in places else None


def _hides(spelling: str, word: str) -> bool:
    return len(spelling) == len(word) >= SHORTEST_HIDDEN and fnmatchcase(word, spelling.replace(HIDDEN, "?"))
