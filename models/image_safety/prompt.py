"""Whether a prompt may be drawn."""

import re
from typing import Final

from models.image_safety.blocked import ALWAYS, Blocked, Category, checked_allowance
from models.image_safety.folding import folded
from models.image_safety.reading import Reading
from models.image_safety.readings import readings
from models.image_safety.rules import Rules, rules

ADULT: Final = 18
MINOR: Final = "minor"
UNITS: Final = r"(?:years?|yrs?|y)[\s./-]*(?:o|olds?|young|of[\s-]age)\b"
PEOPLE: Final = r"girls?|boys?|females?|males?|lass|lad|daughter|son"
AGE: Final = re.compile(
    rf"\b(?:age[ds]?|aged)(?:\s+of)?[\s:-]*(?P<a>\d{{1,2}})\b|\b(?P<b>\d{{1,2}})[\s-]*{UNITS}"
    rf"|\b(?P<c>\d{{1,2}})[\s-]*yo\b|\b(?:{PEOPLE})[\s,(:-]{{1,3}}(?P<d>\d{{1,2}})\b"
)
SCHOOL_YEAR: Final = re.compile(r"\b(?:1[0-2]|[1-9])(?:st|nd|rd|th)[\s-]*grad")
REVERSED: Final = "\u202e"  # shows what follows from right to left
NUMBERS: Final = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
)
SPOKEN_AGE: Final = re.compile(rf"\b(?:{NUMBERS})[\s-]*{UNITS}|\baged?\s+(?:{NUMBERS})\b")
JOINING: Final = frozenset({"or", "nor", "any"})
FURTHEST: Final = 3


def check_prompt(prompt: str, allow: frozenset[Category] = frozenset(), book: Rules | None = None) -> Blocked | None:
    """Why a prompt is refused; None where it may be drawn.

    Look-alike letters, invisible characters, digits for letters and letters set apart are read as what they stand for.
    A negative prompt need not be checked: it says what is not to be drawn.

    Args:
        allow: Categories that are not refused; sexual-minors is always.
        book: Rules in place of those that come with the code.

    Raises:
        ValueError: `allow` has what can't be allowed.
    """
    allowed, book = checked_allowance(allow), book or rules()
    shown = f"{prompt}\n{prompt[::-1]}" if REVERSED in prompt else prompt
    counted, all_found = _concepts(folded(shown), book)
    for rule in book.rules:
        if rule.category in allowed:
            continue
        found = all_found if rule.category in ALWAYS else counted
        if all(name in found for name in rule.all_of) and not any(name in all_found for name in rule.unless):
            words = tuple(sorted({word for name in rule.all_of for word in found[name]}))
            return Blocked("prompt", rule.category, rule.reason, words)
    return None


def _concepts(text: str, book: Rules) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Entries found by concept: those that count, and those too that stand behind a negation."""
    counted: dict[str, set[str]] = {}
    found: dict[str, set[str]] = {}
    for read in readings(text, book.known, book.short_words):
        reading = read.without([(each.start, each.end) for term in book.harmless for each in term.found(read)])
        for name, terms in book.concepts.items():
            for match in (match for term in terms for match in term.found(reading)):
                found.setdefault(name, set()).add(match.words)
                if not _negated(reading, match.start, book):
                    counted.setdefault(name, set()).add(match.words)
    if _speaks_of_a_minor(text):
        for each in (counted, found):
            each.setdefault(MINOR, set()).add("an age under 18")
    return counted, found


def _negated(reading: Reading, start: int, book: Rules) -> bool:
    """Whether a negation stands right before an entry, as in `no gore`, `without any gore`, `without blood or gore`."""
    before = reading.words[max(0, start - FURTHEST) : start]
    if not before:
        return False
    return (not book.negations.isdisjoint(before[-1])) or (
        not JOINING.isdisjoint(before[-1]) and not all(map(book.negations.isdisjoint, before))
    )


def _speaks_of_a_minor(text: str) -> bool:
    if SPOKEN_AGE.search(text) or SCHOOL_YEAR.search(text):
        return True
    ages = (next(group for group in found.groups() if group) for found in AGE.finditer(text))
    return any(int(age) < ADULT for age in ages)
