"""Text as a reader sees it: one plain letter for all that look like it, nothing invisible.

Unicode Technical Standard 39 has the look-alikes (through confusable-homoglyphs), NFKC the letters in other dress.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

INVISIBLE: Final = {"Cf", "Cc", "Cs", "Co", "Mn", "Me"}
SPACES: Final = "\t\n\r\v\f"
# LATIN LETTER SMALL CAPITAL N, NEGATIVE SQUARED LATIN CAPITAL LETTER N, REGIONAL INDICATOR SYMBOL LETTER N
LETTER: Final = re.compile(
    r"(?:LATIN (?:CAPITAL |SMALL )?LETTER (?:SMALL CAPITAL )?|REGIONAL INDICATOR SYMBOL LETTER )([A-Z])\b"
)
# What the table of look-alikes leaves out, and people use.
OTHERS: Final = dict(
    zip(
        "ηιυνωпиштмвяκτχßøłđħŧæœ¡¢£€¥",
        ("n", "i", "u", "v", "w", "n", "u", "w", "t", "m", "b", "r", "k", "t", "x", "ss", "o", "l", "d", "h", "t",
         "ae", "oe", "i", "c", "l", "e", "y"),
        strict=True,
    )
)  # fmt: skip


def folded(text: str) -> str:
    """The text in ASCII as far as it looks like ASCII, in small letters, its digits and punctuation as they are."""
    plain = unicodedata.normalize("NFKD", text)
    kept = (c if c not in SPACES else " " for c in plain)
    return "".join(_folded(c) for c in kept).casefold()


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    if unicodedata.category(character) in INVISIBLE:
        return ""
    if character.isspace():
        return " "
    small = character.casefold()
    if found := OTHERS.get(small) or _look_alike(character) or _look_alike(small):
        return found
    named = LETTER.search(unicodedata.name(character, ""))
    return named[1] if named else character


def _look_alike(character: str) -> str:
    from confusable_homoglyphs.confusables import is_confusable  # noqa: PLC0415 - its tables are read at import

    found = is_confusable(character, greedy=True, preferred_aliases=["latin"]) if len(character) == 1 else None
    if not found or found is True:
        return ""
    alike = (unicodedata.normalize("NFKD", twin["c"]) for twin in found[0]["homoglyphs"])
    return next((twin for twin in alike if twin.isascii() and twin.isalpha() and len(twin) == 1), "")
