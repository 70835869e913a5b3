"""Which architecture a brief asks for."""

import re
from collections.abc import Iterator

from factory_flows.intent.intent import ApplicationType, Intent
from factory_flows.intent.span import Span
from factory_flows.specification.naming import words
from factory_flows.specification.preferences import Preferences
from factory_flows.specification.technology import Pattern
from factory_flows.specification.violation import Violation, sentence


def choose_pattern(
    intent: Intent, preferences: Preferences, assumptions: list[str], violations: list[Violation]
) -> Pattern:
    """The pattern that is preferred, else named, else what the kind of application has; layered where nothing says it.

    What was decided without being said is added to the assumptions, two patterns at once to the violations.
    """
    if preferences.pattern:
        return preferences.pattern
    named: dict[Pattern, Span] = {}
    for pattern, span in named_patterns(intent):
        named.setdefault(pattern, span)
    if len(named) > 1:
        spans = sorted(named.values(), key=lambda span: span.start)
        said = " and ".join(f'"{span.text}"' for span in spans)
        message = f"{said} are different architectures, and an application has one: name one."
        violations.append(Violation(constraint="stack", message=message, span=sentence(intent.brief, spans[-1])))
    if named:
        return min(named, key=lambda pattern: named[pattern].start)
    if ApplicationType.MICROSERVICE in intent.application_types or (intent.constraints.services or 1) > 1:
        return Pattern.MICROSERVICES
    assumptions.append("It is laid out in layers: routes, services, repositories and models.")
    return Pattern.LAYERED


def named_patterns(intent: Intent) -> Iterator[tuple[Pattern, Span]]:
    """Patterns that the brief names without refusing them, in no order."""
    listed = words("technologies.json")
    refused = {technology.span.start for technology in intent.technologies_refused}
    for pattern, spellings in listed["patterns"].items():
        for spelling in spellings:
            edge = r"\b" if spelling.isascii() else ""
            for match in re.finditer(f"{edge}{re.escape(spelling)}{edge}", intent.brief, re.IGNORECASE):
                if match.start() not in refused and not _refused(intent.brief[: match.start()]):
                    yield Pattern(pattern), Span(start=match.start(), end=match.end(), text=match.group())
    for technology in intent.technologies:
        entry = listed["technologies"].get(technology.name.lower())
        if entry and entry["part"] == "pattern":
            yield Pattern(entry["value"]), technology.span


def _refused(before: str) -> bool:
    clause = re.split(r"[.,;:!?。，、；]", before)[-1]  # noqa: RUF001  # the commas of Chinese and Japanese
    last = clause.lower().replace("’", "'").split()[-3:]  # noqa: RUF001  # the apostrophe that phones write
    return any(word in words("technologies.json")["negations"] for word in last) or clause.endswith(("不用", "不要"))
