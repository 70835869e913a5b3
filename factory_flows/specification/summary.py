"""A specification for the one who approves it."""

from collections.abc import Iterator, Sequence

from factory_flows.generators.templates import markdown
from factory_flows.specification.api import collection
from factory_flows.specification.entity import Entity, EntityField
from factory_flows.specification.naming import words
from factory_flows.specification.requirements import guard_sentences, sentence_of
from factory_flows.specification.specification import Specification


def summary(specification: Specification) -> str:
    """Markdown: what it keeps, how that belongs together, what it is made with, and what was assumed or is open.

    Words of the brief are quoted: none of them is markup.
    """
    return "\n".join(_lines(specification)) + "\n"


def _lines(specification: Specification) -> Iterator[str]:
    yield f"# {markdown(specification.title)}"
    yield ""
    yield from (f"> {markdown(line)}" for line in specification.description.splitlines() if line.strip())
    yield ""
    yield from _stack(specification)
    yield from _section("Guards", tuple(guard_sentences(specification.guards)))
    for entity in specification.entities:
        yield from _entity(entity)
    ends = {entity.name: entity for entity in specification.entities}
    told = [sentence_of(each, ends[each.source], ends[each.target]) for each in specification.relations]
    yield from _section("Relations", told)
    rules = [each.text for each in specification.requirements if each.rule]
    yield from _section("Rules that nothing generated fulfils yet", rules)
    yield from _section("Assumptions", specification.assumptions)
    yield from _section("Open questions", specification.open_questions)


def _stack(specification: Specification) -> Iterator[str]:
    names = words("technologies.json")["names"]
    stack = specification.stack
    rows = {
        "Backend": names[stack.backend],
        "Frontend": names[stack.frontend] if stack.frontend else "none",
        "Infrastructure": ", ".join(names[each] for each in stack.infrastructure) or "none",
        "Tests": f"{names[stack.qa]}, at least {specification.coverage} % of the code",
        "Documents": ", ".join(names[each] for each in stack.documentation) or "none",
        "Architecture": names[stack.pattern],
        "Security": specification.guards.level,
        "Complexity": f"{specification.complexity} of 10",
        "Scalability": f"{specification.scalability} of 10",
    }
    yield "| Made with | |"
    yield "|---|---|"
    yield from (f"| {part} | {markdown(choice)} |" for part, choice in rows.items())
    yield ""


def _entity(entity: Entity) -> Iterator[str]:
    guessed = "" if entity.origin == "stated" else f" ({entity.origin}, {entity.confidence:.0%} sure)"
    yield f"## {markdown(entity.label_plural)}{guessed}"
    yield ""
    yield f"`{entity.name}`, at `{collection(entity)}`"
    yield ""
    yield "| Field | Name in code | Type | Rules | From |"
    yield "|---|---|---|---|---|"
    for field in entity.fields:
        rules = markdown(", ".join(_rules(field)))
        yield f"| {markdown(field.label)} | `{field.name}` | {markdown(field.type)} | {rules} | {field.origin} |"
    yield ""


def _rules(field: EntityField) -> Iterator[str]:
    if field.required:
        yield "required"
    if field.unique:
        yield "unique"
    if field.minimum is not None:
        yield f"at least {field.minimum:g}"
    if field.maximum is not None:
        yield f"at most {field.maximum:g}"
    if field.choice_labels:
        yield f"one of: {', '.join(field.choice_labels)}"
    if field.default is not None:
        labels = dict(zip(field.choices, field.choice_labels, strict=True))
        yield f"at first {labels.get(str(field.default), str(field.default).lower())}"
    if field.sensitive:
        yield "kept out of logs"


def _section(title: str, sentences: Sequence[str]) -> Iterator[str]:
    if sentences:
        yield f"## {title}"
        yield ""
        yield from (f"- {markdown(each)}" for each in sentences)
        yield ""
