"""Whether what a brief asks for can be built: bounds that are fixed, and levels that exclude each other."""

from collections.abc import Iterator
from typing import Final

from factory_flows.intent.intent import Intent, IntentType
from factory_flows.specification.constraint import SecurityLevel
from factory_flows.specification.preferences import Preferences
from factory_flows.specification.security import contradiction
from factory_flows.specification.technology import Pattern
from factory_flows.specification.violation import Violation, sentence

MOST_COMPLEX: Final = 10
LEAST_SCALABLE: Final = 5
LEAST_COVERED: Final = 70
MOST_SERVICES: Final = 10

_ELSEWHERE: Final = {
    IntentType.ADD_FEATURE: "adds to an application that is there: say to which",
    IntentType.MODIFY_FEATURE: "changes an application that is there: say which",
    IntentType.FIX_BUG: "mends an application that is there, which the factory does not do",
    IntentType.DEPLOY: "brings up an application that is there: say which",
    IntentType.DOCUMENT: "describes an application that is there: say which",
}


def check_intent(intent: Intent) -> Iterator[Violation]:
    """What keeps the brief from being the description of a new application."""
    if intent.intent in _ELSEWHERE:
        message = f"This {_ELSEWHERE[intent.intent]}. For a new application, describe what it keeps."
        yield Violation(constraint="intent", message=message)
    elif not intent.entities:
        asked = "".join(f" {question}" for question in intent.questions)
        message = f"Nothing says what the application keeps: name its kinds of things and what each of them has.{asked}"
        yield Violation(constraint="entities", message=message)


def check_constraints(intent: Intent, preferences: Preferences, level: SecurityLevel) -> Iterator[Violation]:
    """Bounds of the brief that are outside of what is allowed, each with its sentence."""
    asked = intent.constraints
    if asked.complexity is not None and not 1 <= asked.complexity <= MOST_COMPLEX:
        yield _broken(intent, "complexity", f"A complexity of {asked.complexity} is not within 1 to {MOST_COMPLEX}.")
    if asked.scalability is not None and not LEAST_SCALABLE <= asked.scalability <= 10:
        yield _broken(
            intent, "scalability", f"A scalability of {asked.scalability} is not within {LEAST_SCALABLE} to 10."
        )
    covered = asked.coverage if preferences.coverage is None else None
    if covered is not None and not LEAST_COVERED <= covered <= 100:
        yield _broken(intent, "coverage", f"A coverage of {covered} % is not within {LEAST_COVERED} to 100 %.")
    if asked.services is not None and not 1 <= asked.services <= MOST_SERVICES:
        yield _broken(intent, "services", f"{asked.services} services are not within 1 to {MOST_SERVICES}.")
    if problem := contradiction(level, intent.auth):
        yield _broken(intent, "security", problem)


def check_services(intent: Intent, pattern: Pattern) -> Iterator[Violation]:
    """A single service, and an architecture of several."""
    if pattern is Pattern.MICROSERVICES and intent.constraints.services == 1:
        message = (
            "Microservices are asked for, and one service at most: allow two or more, or name another architecture."
        )
        yield _broken(intent, "services", message)


def check_measured(complexity: int) -> Iterator[Violation]:
    """A model that is too large for one application."""
    if complexity > MOST_COMPLEX:
        message = (
            f"What is described has a complexity of {complexity}, and {MOST_COMPLEX} is the most: split it into "
            "several applications, or leave entities and relations out."
        )
        yield Violation(constraint="complexity", message=message)


def _broken(intent: Intent, constraint: str, message: str) -> Violation:
    span = intent.constraint_spans.get(constraint)
    return Violation(constraint=constraint, message=message, span=sentence(intent.brief, span) if span else None)
