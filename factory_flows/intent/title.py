"""What the words call the application, outright or by whom it is for."""

import re
from typing import Final

from factory_flows.intent.lexicon import Lexicon

_NAMED: Final = re.compile(
    r"(?:called|named|llamad[oa]|appelée?|namens|chamad[oa]|chiamat[oa]|genaamd)\s+"
    r"[\"“'«]?([A-Z][\w-]*(?: [A-Z][\w-]*){0,3})"
)
_OWNED: Final = re.compile(
    r"\b(?:for (?:our|my)|für (?:unseren?|unser|meinen?|mein)|para (?:nuestr[oa]|mi|noss[oa]|o nosso|a nossa)"
    r"|pour (?:notre|mon|ma)|per (?:il nostro|la nostra)|voor (?:onze|ons|mijn))\s+"
)
_WORD: Final = re.compile(r"[^\W\d_][\w’'-]*")
_LONGEST = 3  # words
_EARLY = 240  # characters: what is told later is told of parts


def title(brief: str, lower: str, lexicon: Lexicon) -> str | None:
    """ "… called Shelfie" -> "Shelfie"; "a web app for our town library with …" -> "Town library"."""
    named = _NAMED.search(brief)
    if named:
        return named.group(1)[:64]
    owned = _OWNED.search(lower[:_EARLY])
    if not owned:
        return None
    said: list[str] = []
    place = owned.end()
    while (word := _WORD.match(lower, place)) and len(said) < _LONGEST and not _ends(word.group(), lexicon):
        said.append(brief[word.start() : word.end()])
        place = word.end() + (lower[word.end() : word.end() + 1] == " ")
        if place == word.end():
            break
    told = " ".join(said)
    people = len(said) == 1 and lexicon["actors"].fullmatch(told.lower())
    return told[0].upper() + told[1:64] if told and not people else None


def _ends(word: str, lexicon: Lexicon) -> bool:
    return any(lexicon[cue].fullmatch(word) for cue in ("end", "and", "manage", "has", "det"))
