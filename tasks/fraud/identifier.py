"""Ids of transactions, customers and terminals: one spelling each, and no look-alikes.

Unicode lets one id be written in several ways (NFKC) and lets letters of one script pass for another's (UTS 39): both
would split a customer's history in two.
"""

import unicodedata
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

MAX_LENGTH = 64
ALIKE_SCRIPTS = {"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE"}
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def normalised(identifier: str) -> str:
    """The one spelling of an id: NFKC, without white space around it."""
    return identifier if identifier.isascii() and identifier == identifier.strip() else _nfkc(identifier)


def _nfkc(identifier: str) -> str:
    return unicodedata.normalize("NFKC", identifier).strip()


def checked(identifier: str) -> str:
    """The id as given. Raises ValueError when it is blank, has invisible characters, or mixes look-alike scripts."""
    spelled = normalised(identifier)
    if not spelled:
        raise ValueError("must not be blank")
    if spelled.isascii() and spelled.isprintable():
        return identifier
    if hidden := next((c for c in spelled if unicodedata.category(c) in INVISIBLE), None):
        raise ValueError(f"has an invisible character ({_name(hidden)}); remove it")
    scripts = {script for c in spelled if c.isalpha() and (script := _name(c).split()[0]) in ALIKE_SCRIPTS}
    if len(scripts) > 1:
        raise ValueError(
            f"mixes letters that look alike ({' and '.join(sorted(scripts)).title()}): {spelled!a}. "
            "Write it in one alphabet"
        )
    return identifier


def printable(text: str) -> str:
    """The text as given. Raises ValueError when it has invisible characters (control characters, half surrogates)."""
    if not text.isprintable() and (hidden := next((c for c in text if unicodedata.category(c) in INVISIBLE), None)):
        raise ValueError(f"has an invisible character ({_name(hidden)}); remove it")
    return text


def _name(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}")


def look_alikes(identifiers: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of different ids, one of them plain ASCII, that a person can't tell apart."""
    known = set(identifiers)
    return [
        (plain, foreign)
        for foreign in sorted(known)
        if not foreign.isascii() and (plain := _in_latin(foreign)) != foreign and plain in known
    ]


def _in_latin(identifier: str) -> str:
    """Each letter replaced by the ASCII letter that it looks like, where there is one."""
    from confusable_homoglyphs.confusables import is_confusable  # noqa: PLC0415 - its tables are read at import

    def plain(character: str) -> str:
        found = character.isascii() or is_confusable(character, greedy=True, preferred_aliases=["latin"])
        if not found or found is True:
            return character
        return next((twin["c"] for twin in found[0]["homoglyphs"] if twin["c"].isascii()), character)

    return "".join(map(plain, identifier))


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Identifier = Annotated[
    str,
    BeforeValidator(_as_text),
    Field(min_length=1, max_length=MAX_LENGTH),
    AfterValidator(checked),
    WithJsonSchema({"anyOf": [{"type": "string", "minLength": 1, "maxLength": MAX_LENGTH}, {"type": "integer"}]}),
]
"""An id as text, at most 64 characters; integers are taken as their digits."""

Printable = Annotated[str, AfterValidator(printable)]
"""Text without invisible characters."""
