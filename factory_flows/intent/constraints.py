"""What a brief bounds: security level, coverage, complexity, scalability, number of services."""

import re

from factory_flows.intent.lexicon import Lexicon
from factory_flows.intent.span import Span
from factory_flows.specification.constraint import Constraints, SecurityLevel

_NUMBER = r"\d{1,9}"


def constraints(brief: str, lower: str, lexicon: Lexicon) -> tuple[Constraints, dict[str, Span]]:
    """Values as they are said, also where they are out of bounds, each with its span by the value's name."""
    spans: dict[str, Span] = {}
    values: dict[str, int | SecurityLevel] = {}

    def keep(name: str, value: int | SecurityLevel, match: re.Match[str]) -> None:
        if name not in values:
            values[name] = value
            spans[name] = Span(start=match.start(), end=match.end(), text=brief[match.start() : match.end()])

    for name in ("coverage", "complexity", "scalability"):
        word = f"(?:{lexicon[name].pattern})"
        after = re.search(rf"{word}[^.\d\n。]{{0,30}}?({_NUMBER})(?:\s*%)?", lower)
        before = re.search(rf"({_NUMBER})\s*%?[^.\d\n。,]{{0,16}}?{word}", lower)
        match = before if name == "coverage" and before else after or before
        if match:
            keep(name, int(match.group(1)), match)
    services = re.search(rf"(?<![\d.])({_NUMBER})\s*(?:\w+\s)?(?:{lexicon['services'].pattern})", lower)
    if services:
        keep("services", int(services.group(1)), services)
    security = f"(?:{lexicon['security'].pattern})"
    for level in ("critical", "high", "medium", "low"):
        word = f"(?:{lexicon[level].pattern})"
        match = re.search(rf"{word}[- ]?{security}|{security}[^.,\n。、]{{0,14}}?{word}", lower)
        if match:
            keep("security", SecurityLevel(level), match)
    return Constraints.model_validate(values), spans
