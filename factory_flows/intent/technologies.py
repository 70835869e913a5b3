"""Which technologies a brief names, wanted and refused."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import cast

from rapidfuzz.distance import OSA

from factory_flows.intent.intent import Role, Technology
from factory_flows.intent.lexicon import Lexicon, phrases, read
from factory_flows.intent.refusal import refused
from factory_flows.intent.span import Span

_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ROLES = (
    "language", "backend", "frontend", "database", "infrastructure", "qa", "documentation", "messaging", "other",
)  # fmt: skip


@dataclass(frozen=True)
class _Catalogue:
    names: dict[str, tuple[str, Role]]  # spelling -> canonical name, role
    spellings: re.Pattern[str]
    traps: dict[str, frozenset[str]]
    everyday: dict[str, frozenset[str]]
    technical: frozenset[str]
    means: frozenset[str]
    articles: frozenset[str]
    everyday_in: dict[str, str]


@cache
def _catalogue() -> _Catalogue:
    raw = read("technologies")
    names = {
        spelling: (name, cast("Role", role))
        for role in _ROLES
        for name, spellings in raw[role].items()
        for spelling in phrases(spellings)
    }
    ordered = "|".join(re.escape(each) for each in sorted(names, key=len, reverse=True))
    return _Catalogue(
        names,
        re.compile(rf"(?<![A-Za-z0-9_À-ÿ.@/-])(?:{ordered})(?![A-Za-z0-9_À-ÿ#+@]|\.[a-z]|'t)"),
        {name: frozenset(phrases(text)) for name, text in raw["traps"].items()},
        {name: frozenset(phrases(text)) for name, text in raw["everyday"].items()},
        technical=frozenset(phrases(raw["technical"]["words"])),
        means=frozenset(phrases(raw["technical"]["means"])),
        articles=frozenset(phrases(raw["technical"]["articles"])),
        everyday_in=raw["everyday_in"],
    )


def technologies(brief: str, lower: str, lexicon: Lexicon) -> tuple[tuple[Technology, ...], tuple[Technology, ...]]:
    """Wanted and refused, each once, in order of place. A name that is both is wanted only if it is wanted first."""
    catalogue = _catalogue()
    found = [(each.start(), each.end(), each.group()) for each in catalogue.spellings.finditer(lower)]
    found += _misspelt(lower, [(start, end) for start, end, _ in found])
    found.sort()
    real = [each for each in found if _is_meant(brief, lower, each, found, lexicon.language)]
    verdicts = refused(lower, [(start, end) for start, end, _ in real], lexicon)
    wanted: dict[str, Technology] = {}
    unwanted: dict[str, Technology] = {}
    for (start, end, spelling), no in zip(real, verdicts, strict=True):
        name, role = catalogue.names[spelling]
        technology = Technology(name=name, role=role, span=Span(start=start, end=end, text=brief[start:end]))
        (unwanted if no else wanted).setdefault(name, technology)
    return (
        tuple(each for name, each in wanted.items() if name not in unwanted),
        tuple(unwanted.values()),
    )


def _is_meant(  # noqa: PLR0911 - one case a return
    brief: str, lower: str, each: tuple[int, int, str], found: list[tuple[int, int, str]], language: str
) -> bool:
    """Whether an everyday word ("spring", "go") is the technology, by what stands around it."""
    start, end, spelling = each
    catalogue = _catalogue()
    name = catalogue.names[spelling][0]
    before = _WORD.findall(lower[max(0, start - 60) : start])
    after = _WORD.findall(lower[end : end + 60])
    near = set(before[-4:] + after[:4])
    if name == "React" and ((after[:1] == ["to"] and not before) or set(before[-1:]) & catalogue.traps["React"]):
        return False
    if name != "React" and near & catalogue.traps.get(name, frozenset()):
        return False
    if catalogue.everyday_in.get(name, language) != language:
        return True
    if name not in catalogue.everyday or spelling in {"golang", "spring boot", "node.js", "nodejs"}:
        return True
    capital = brief[start].isupper()
    means = bool(before) and before[-1] in catalogue.means
    everyday = {*before[-1:], *after[:1]} & catalogue.everyday[name]
    if everyday and not set(after[:1]) & catalogue.technical and not (capital and means):
        return False
    other = [
        lower[b:start] if b <= start else lower[end:a]
        for a, b, _ in found
        if a != start and (lower[b:start] if b <= start else lower[end:a]).strip()
    ]
    listed = any(len(gap) <= 6 and re.fullmatch(r"\W*(?:\w{1,3}\W*)?", gap) for gap in other)
    if set(after[:1]) & catalogue.technical or listed or (capital and set(before[-1:]) & catalogue.technical):
        return True
    if before[-1:] and before[-1] in catalogue.articles:
        return False
    if not before and not after:
        return True
    if re.search(r"[\u3040-\u9fff]", lower[max(0, start - 2) : end + 1]):
        return True
    return means and (
        capital or (not set(after[:2]) & catalogue.everyday[name] and before[-1] not in {"in", "of", "on"})
    )


@lru_cache(maxsize=20_000)
def _nearest(word: str) -> str | None:
    """The spelling that a misspelt word is meant to be; None for words under five letters."""
    best: tuple[int, str] | None = None
    catalogue = _catalogue()
    for spelling, (name, _) in catalogue.names.items():
        if len(spelling) < 5 or name in catalogue.everyday or spelling[0] != word[0] or not spelling.isalpha():
            continue
        if word in {spelling + "s", spelling + "es"} or word == "reactive":
            continue
        swapped = sorted(word) == sorted(spelling)
        allowed = 1 if swapped or len(spelling) in {6, 7} else 2 if len(spelling) >= 8 else 0
        distance = OSA.distance(word, spelling)
        if 0 < distance <= allowed and (best is None or distance < best[0]):
            best = (distance, spelling)
    return best[1] if best else None


def _misspelt(lower: str, taken: list[tuple[int, int]]) -> list[tuple[int, int, str]]:
    found = []
    for token in _TOKEN.finditer(lower):
        if len(token.group()) < 5 or len(token.group()) > 16:
            continue
        if any(start < token.end() and token.start() < end for start, end in taken):
            continue
        spelling = _nearest(token.group())
        if spelling:
            found.append((token.start(), token.end(), spelling))
    return found
