"""Briefs as a parser understands them, written by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from factory_flows.intent.intent import (
    Intent,
    IntentType,
    MentionedEntity,
    MentionedField,
    MentionedRelation,
    MentionedRule,
    Technology,
)
from factory_flows.intent.span import Span
from factory_flows.specification.constraint import Constraints


class Brief:
    """A brief, and what was understood of it; whatever is quoted has to stand in it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def span(self, quoted: str) -> Span:
        start = self.text.index(quoted)
        return Span(start=start, end=start + len(quoted), text=quoted)

    def field(self, label: str, **said: Any) -> MentionedField:
        return MentionedField(label=label, span=self.span(label), **said)

    def entity(
        self, name: str, *fields: str | MentionedField, label: str | None = None, said: str | None = None
    ) -> Any:
        return MentionedEntity(
            name=name,
            label=label or name,
            fields=tuple(self.field(each) if isinstance(each, str) else each for each in fields),
            origin="stated",
            confidence=1,
            span=self.span(said or label or name),
        )

    def relation(self, kind: str, source: str, target: str, said: str, limit: int | None = None) -> MentionedRelation:
        return MentionedRelation(kind=kind, source=source, target=target, limit=limit, span=self.span(said))

    def rule(self, text: str, entity: str | None, kind: str) -> MentionedRule:
        return MentionedRule(text=text, entity=entity, kind=kind, span=self.span(text))

    def technology(self, name: str, role: str, said: str | None = None) -> Technology:
        return Technology(name=name, role=role, span=self.span(said or name))

    def intent(
        self, *entities: MentionedEntity, constraints: dict[str, tuple[Any, str]] | None = None, **more: Any
    ) -> Any:
        """Constraints: name -> (value, where it is said)."""
        bounds = constraints or {}
        understood = {
            "brief": self.text,
            "intent": IntentType.CREATE_APPLICATION,
            "application_types": (),
            "technologies": (),
            "technologies_refused": (),
            "entities": entities,
            "relations": (),
            "rules": (),
            "constraints": Constraints(**{name: value for name, (value, _) in bounds.items()}),
            "constraint_spans": {name: self.span(said) for name, (_, said) in bounds.items()},
            "auth": None,
            "title": None,
            "language": "en",
            "confidence": 0.9,
            "questions": (),
            "suggestions": (),
            "parser": "rules",
        }
        return Intent(**{**understood, **more})


@pytest.fixture
def brief() -> Callable[[str], Brief]:
    return Brief


@pytest.fixture
def library() -> Intent:
    """Three entities, two relations, a limit, and people who sign in."""
    text = (
        "A library app. Each Book has a title, isbn, price and status. Members borrow books: a Loan belongs to a "
        "Member, at most three loans each, and a Loan is of one Book. Nobody may borrow on Sundays. "
        "People sign in. Use Python."
    )
    told = Brief(text)
    return told.intent(
        told.entity("Book", "title", "isbn", "price", "status"),
        told.entity("Member"),
        told.entity("Loan"),
        relations=(
            told.relation("n-1", "Loan", "Member", "a Loan belongs to a Member, at most three loans each", 3),
            told.relation("n-1", "Loan", "Book", "a Loan is of one Book"),
        ),
        rules=(
            told.rule("at most three loans each", "Member", "limit"),
            told.rule("Nobody may borrow on Sundays", None, "time_window"),
        ),
        technologies=(told.technology("Python", "language"),),
        auth=True,
        title="Library",
    )
