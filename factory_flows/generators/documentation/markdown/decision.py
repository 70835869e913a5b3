"""What was chosen, and what it was chosen from."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from factory_flows.architecture.architecture import Architecture
from factory_flows.specification.specification import Specification

_OPTIONS: Final = Path(__file__).parent / "options.json"


@dataclass(frozen=True)
class Option:
    """Something that could be chosen: what speaks for it, and what it costs."""

    name: str
    gain: str
    cost: str


@dataclass(frozen=True)
class Decision:
    """An architecture decision record.

    Attributes:
        number: From 1.
        topic: `backend`; part of the file's name.
        question: The context, in sentences.
        chosen: Names of options.
        options: All of them, chosen or not.
        reasons: Sentences of the architecture; empty where it gives none.
    """

    number: int
    topic: str
    question: str
    chosen: tuple[str, ...]
    options: tuple[Option, ...]
    reasons: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """`2. Backend: FastAPI`."""
        return f"{self.number}. {self.topic.replace('-', ' ').capitalize()}: {', '.join(self.chosen)}"

    @property
    def file(self) -> str:
        """`0002-backend.md`."""
        return f"{self.number:04}-{self.topic}.md"

    @property
    def taken(self) -> tuple[Option, ...]:
        """The chosen options, whose gains and costs are the consequences."""
        return tuple(option for option in self.options if option.name in self.chosen)


@cache
def _listed() -> dict[str, dict[str, Option]]:
    listed: dict[str, dict[str, list[str]]] = json.loads(_OPTIONS.read_text("utf-8"))
    return {topic: {value: Option(*option) for value, option in options.items()} for topic, options in listed.items()}


def decisions(specification: Specification, architecture: Architecture) -> tuple[Decision, ...]:
    """One for each choice that shapes the project."""
    return tuple(
        Decision(number, topic, question, *_of(topic, chosen), reasons=reasons)
        for number, (topic, question, chosen, reasons) in enumerate(_choices(specification, architecture), 1)
    )


def _of(topic: str, chosen: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Option, ...]]:
    options = _listed()[topic]
    return tuple(options[value].name for value in chosen), tuple(options.values())


def _choices(
    specification: Specification, architecture: Architecture
) -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    stack, guards = specification.stack, specification.guards
    count = len(specification.entities)
    things = "one kind of thing" if count == 1 else f"{count} kinds of things"
    yield (
        "architecture",
        f"The application keeps {things}. On scales from 1 to 10 its complexity is {specification.complexity} and the"
        f" growth that it has to bear is {specification.scalability}.",
        (architecture.pattern,),
        architecture.rationale,
    )
    yield "backend", "A server has to offer the same HTTP contract whatever it is written with.", (stack.backend,), ()
    yield "database", "Data has to outlive restarts, on a laptop and on a server.", ("sqlite", "postgresql"), ()
    sign_in = ("lockout" if guards.lockout else "tokens") if guards.auth else "open"
    yield "sign-in", f"The security level is {guards.level}.", (sign_in,), ()
    yield (
        "tests",
        f"The tests have to reach {specification.coverage} % of the code, in the language of the backend.",
        (stack.qa,),
        (),
    )
    pages = (stack.frontend,) if stack.frontend else ("none",)
    yield "pages", "People may use the application in a browser, or other programs alone by its API.", pages, ()
    if stack.infrastructure:
        yield "infrastructure", "The application has to be brought up somewhere.", stack.infrastructure, ()
