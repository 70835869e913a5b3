"""The ways in which a prompt can be read: as it stands, with digits for letters, with letters set apart."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from models.image_safety.reading import Reading

LEET: Final = str.maketrans("0134578@$!|+", "oieastbasiit")
LEET_L: Final = str.maketrans("0134578@$!|+", "oleastbaslit")
WORD: Final = re.compile(r"[^\W_]+")
DRESSED: Final = re.compile(r"[^\s,;:()\[\]{}\"?]+")
PUNCTUATION: Final = re.compile(r"[^\w@$!|+*]|_")
EDGES: Final = "!|+*@"
TRIPLE: Final = re.compile(r"(.)\1{2,}")
REPEATED: Final = re.compile(r"(.)\1+")
VOWELS: Final = re.compile(r"([aeiou])\1+")
ALONE: Final = re.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,3}[^\W_](?![^\W_])){2,}")
SHORTEST_DRAWN_OUT: Final = 3  # xxxx is no word
LONGEST_PIECE: Final = 4


def readings(folded: str, known: frozenset[str], whole: frozenset[str]) -> Iterator[Reading]:
    """Every reading of a folded prompt.

    Args:
        known: Words that a joined-up word is looked through for.
        whole: Short words that are never taken for a piece of another.
    """
    plain = WORD.findall(folded)
    yield _spelled(plain)
    dressed = [word.strip(EDGES) or word for word in DRESSED.findall(folded)]
    bare = [PUNCTUATION.sub("", word) for word in dressed]
    for table in (LEET, LEET_L):
        # 4k and 1990 are no words in disguise
        yield _spelled([word.translate(table) if _disguised(word) else word for word in bare])
    raw = [PUNCTUATION.sub("", word).translate(LEET) for word in DRESSED.findall(folded)]
    yield _spelled(raw)
    if apart := [_joined(found[0]) for found in ALONE.finditer(folded)]:
        yield _spelled([part for word in apart for part in _parts(word, known)])
    yield _spelled(list(_pairs(plain, whole)))
    yield _spelled([part for word in (*plain, *bare) for part in _halves(word.translate(LEET), known)])


def drawn_out(word: str) -> str:
    """What words have in common that differ in how long their letters are drawn; no word is spelled so."""
    return "~" + REPEATED.sub(r"\1", word)


def _spelled(words: list[str]) -> Reading:
    return Reading(tuple(dict.fromkeys(_spellings(word))) for word in words if word)


def _spellings(word: str) -> Iterator[str]:
    yield word
    if TRIPLE.search(word) and len(short := drawn_out(word)) > SHORTEST_DRAWN_OUT:
        yield short
    yield VOWELS.sub(r"\1", word)
    if word.endswith("s") and len(word) > 3:
        yield word[:-1]


def _disguised(word: str) -> bool:
    return any(c.isalpha() for c in word) and not word.isalpha()


def _joined(letters: str) -> str:
    return "".join(c for c in letters if c.isalnum()).translate(LEET)


def _parts(word: str, known: frozenset[str]) -> Iterator[str]:
    """Letters that stood apart as one word, and known words of four letters or more anywhere in them."""
    yield word
    for start in range(len(word)):
        for end in range(start + 4, len(word) + 1):
            if word[start:end] in known:
                yield word[start:end]


def _pairs(words: list[str], whole: frozenset[str]) -> Iterator[str]:
    """Neighbours joined where neither is a word of its own, as in `na ked`."""
    for first, second in pairwise(words):
        if max(len(first), len(second)) <= LONGEST_PIECE and not {first, second} & whole:
            yield first + second


def _halves(word: str, known: frozenset[str]) -> Iterator[str]:
    """The two words that are one, as in `nakedwoman`."""
    for cut in range(3, len(word) - 2):
        if word[:cut] in known and word[cut:] in known:
            yield from (word[:cut], word[cut:])
