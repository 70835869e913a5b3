"""Posts that say the same: exact and near duplicates by the share of word triples that two texts have in common."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from models.sentiment.wording import worded

SHINGLE: Final = 3  # words
SIMILAR: Final = 0.6  # Jaccard similarity of the shingles
_WORD: Final = re.compile(r"[^\W_]+")
_CROWD: Final = 400  # posts that share a shingle; a phrase in more of them (a headline's frame) tells no two apart


def duplicate_groups(texts: Sequence[str], similar: float = SIMILAR) -> list[int]:
    """For each text the index of the first one that it repeats, its own where it repeats none.

    Two texts are alike when the Jaccard similarity of their word triples (Broder 1997, exactly, not by MinHash) is at
    least `similar`; groups are closed under likeness. Addresses, names of users and figures do not count, so that the
    same advertisement with another link is a duplicate. O(texts x posts that share a triple).
    """
    shingles = [_shingles(text) for text in texts]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    leader = list(range(len(texts)))
    for index, own in enumerate(shingles):
        shared: dict[int, int] = defaultdict(int)
        for shingle in own:
            held = holders[shingle]
            for other in held:
                shared[other] += 1
            if len(held) < _CROWD:
                held.append(index)
        for other, common in shared.items():
            if common >= similar * (len(own) + len(shingles[other]) - common):
                _join(leader, index, other)
    return [_lead(leader, index) for index in range(len(texts))]


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    """A text's word triples; the words themselves as one where there are fewer than three."""
    words = _WORD.findall(worded(text))
    if len(words) <= SHINGLE:
        return frozenset({tuple(words)}) if words else frozenset()
    return frozenset(tuple(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1))


def _lead(leader: list[int], index: int) -> int:
    while leader[index] != index:
        leader[index] = leader[leader[index]]
        index = leader[index]
    return index


def _join(leader: list[int], one: int, other: int) -> None:
    first, second = sorted((_lead(leader, one), _lead(leader, other)))
    leader[second] = first
