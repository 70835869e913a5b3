"""The noun phrases of an enumeration: "books, their authors and loans"."""

import re
from dataclasses import dataclass

from factory_flows.intent.lexicon import Lexicon

_STOP = re.compile(r"[.!?;:()\n\[\]{}\"“”]|[。！？；：（）]|\s[-–—]\s")
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_MOST_WORDS = 3
_MOST_WORDS_OF_ATTRIBUTE = 6  # "the date of the last watering"


@dataclass(frozen=True)
class Phrase:
    """Words of the brief from `start` to `end`; `many` says that several are meant ("many loans")."""

    start: int
    end: int
    many: bool = False


def enumeration(
    lower: str, start: int, lexicon: Lexicon, limit: int = 400, *, attributes: bool = False
) -> list[Phrase]:
    """The noun phrases from `start` on, up to where the list ends: a stop, or a word that begins another clause.

    `attributes` are named with "of" and "per", too: "date of birth", "price per night".
    """
    stop = _STOP.search(lower, start, start + limit)
    text = lower[start : stop.start() if stop else min(len(lower), start + limit)]
    found: list[Phrase] = []
    place = 0
    separators = re.compile(rf"\s*[,、，]\s*(?:{lexicon['and'].pattern})?\s*|\s*(?:{lexicon['and'].pattern})\s*")
    while place < len(text):
        match = separators.search(text, place)
        end = match.start() if match else len(text)
        phrase, whole = _phrase(text, place, end, lexicon, attributes)
        if phrase:
            found.append(Phrase(start + phrase.start, start + phrase.end, phrase.many))
        if not match or (not phrase and end > place) or not whole:
            # "books with a title, and loans": a list goes on behind such an aside no more
            break
        place = max(match.end(), place + 1)
    return found


def _phrase(text: str, start: int, end: int, lexicon: Lexicon, attributes: bool) -> tuple[Phrase | None, bool]:
    many = False
    while True:
        skipped = re.compile(r"\s+").match(text, start, end)
        start = skipped.end() if skipped else start
        lead = lexicon["many"].match(text, start, end)
        if lead and lead.end() < end:
            many, start = True, lead.end()
            continue
        lead = lexicon["det"].match(text, start, end) or re.compile(r"\d+\s|l['’]|d['’]").match(text, start, end)
        if not lead or lead.end() >= end:
            break
        start = lead.end()
    stop = next(
        (
            each for each in lexicon["end"].finditer(text, start, end)
            if not (attributes and each.start() > start and lexicon["of"].fullmatch(each.group()))
        ),
        None,
    )  # fmt: skip
    if stop and lexicon.spaced and any(lexicon[cue].match(text, stop.start()) for cue in ("has", "belongs")):
        return None, False  # the subject of another clause
    cut = stop.start() if stop else end
    if not lexicon.spaced:
        cut = min(cut, end)
        return (Phrase(start, cut, many) if 0 < cut - start <= 12 else None), stop is None
    said = list(_WORD.finditer(text, start, cut))
    if not said or len(said) > (_MOST_WORDS_OF_ATTRIBUTE if attributes else _MOST_WORDS) or said[0].group().isdigit():
        return None, stop is None
    return Phrase(said[0].start(), said[-1].end(), many), stop is None


def without_asides(lower: str) -> str:
    """The text with spaces for each "(…)", so that a list goes on behind it."""
    return re.sub(r"\([^()\n]{0,300}\)", lambda aside: " " * len(aside.group()), lower)
