"""What the application has to do, numbered, each with the entities that fulfil it and where it is said."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from factory_flows.intent.intent import Intent, MentionedRule
from factory_flows.intent.span import Span
from factory_flows.specification.api import collection, reverse_path
from factory_flows.specification.entity import Entity, Origin
from factory_flows.specification.naming import words
from factory_flows.specification.relation import Relation, RelationKind
from factory_flows.specification.requirement import Requirement
from factory_flows.specification.specification import Guards, Stack

Part = Literal["functional", "technical", "api", "database", "ui"]

_LETTERS: Final[dict[Part, str]] = {"functional": "F", "technical": "T", "api": "A", "database": "D", "ui": "U"}


class Requirements:
    """Writes requirements with numbers that go on from those that are there."""

    def __init__(
        self, entities: Sequence[Entity], relations: Sequence[Relation], present: Sequence[Requirement] = ()
    ) -> None:
        self._entities = {entity.name: entity for entity in entities}
        self._relations = relations
        self._counts = {part: sum(each.part == part for each in present) for part in _LETTERS}
        self.found: list[Requirement] = []

    def of_entities(self, entities: Sequence[Entity], *, pages: bool) -> None:
        """What each of these entities asks for."""
        for entity in entities:
            whose = ((entity.name,), entity.origin, entity.span)
            things = entity.label_plural
            self._add("functional", f"People can list, search, create, change and delete {things}.", *whose)
            required = [field.label for field in entity.fields if field.required]
            if required:
                self._add("functional", f"{entity.label} needs: {', '.join(required)}.", *whose)
            self._add(
                "api", f"{collection(entity)} offers {things} as JSON: list, get, create, change, delete.", *whose
            )
            self._add("database", f"Table {entity.plural} keeps {things}.", *whose)
            if pages:
                self._add("ui", f"Pages list {things}, show one, and have a form to create and change it.", *whose)
            for field in entity.fields:
                if field.unique:
                    text = f"No two {things} have the same {field.label}."
                    self._add("database", text, (entity.name,), field.origin, field.span)

    def of_relations(self, relations: Sequence[Relation]) -> None:
        """What each of these relations asks for."""
        for relation in relations:
            source, target = self._entities[relation.source], self._entities[relation.target]
            whose = ((relation.source, relation.target), relation.origin, relation.span)
            self._add("functional", sentence_of(relation, source, target), *whose)
            path = f"{collection(target)}/{{id}}{reverse_path(relation)}"
            self._add("api", f"{path} lists the {source.label_plural} of one {target.label}.", *whose)
            kept = "A table of its own links" if relation.kind is RelationKind.MANY_TO_MANY else "A foreign key links"
            self._add("database", f"{kept} {source.label_plural} to {target.label_plural}.", *whose)

    def of_rules(self, intent: Intent, names: dict[str, str]) -> None:
        """What the brief's rules ask for; those that nothing generated fulfils are marked."""
        for rule in intent.rules:
            name = names.get(rule.entity or "")
            fulfilled = self._is_fulfilled(rule, name)
            whose = (name,) if name else ()
            self._add("functional", " ".join(rule.text.split()), whose, "stated", rule.span, rule=not fulfilled)

    def of_technology(self, intent: Intent, stack: Stack, guards: Guards, coverage: int) -> None:
        """What it is made with, how it is guarded and how it is tested."""
        listed = words("technologies.json")
        spans: dict[str, Span] = {}
        for technology in intent.technologies:
            if entry := listed["technologies"].get(technology.name.lower()):
                spans.setdefault(entry["value"], technology.span)
            for framework in listed["languages"].get(technology.name.lower(), ()):
                spans.setdefault(framework, technology.span)
        parts = [("The backend is written with", stack.backend), ("It is tested with", stack.qa)]
        if stack.frontend:
            parts.insert(1, ("The pages are written with", stack.frontend))
        parts += [("It can be brought up with", each) for each in stack.infrastructure]
        for told, value in parts:
            span = spans.get(value)
            text = f"{told} {listed['names'][value]}."
            self._add("technical", text, (), "stated" if span else "default", span)
        covered = intent.constraint_spans.get("coverage")
        text = f"Its tests reach {coverage} % of its code."
        self._add("technical", text, (), "stated" if covered else "default", covered)
        secured = intent.constraint_spans.get("security")
        for text in guard_sentences(guards):
            self._add("technical", text, (), "stated" if secured else "default", secured)

    def _is_fulfilled(self, rule: MentionedRule, entity: str | None) -> bool:
        if rule.kind == "limit":
            return any(
                relation.limit is not None and _overlap(relation.span, rule.span)
                for relation in self._relations
                if entity is None or entity in {relation.source, relation.target}
            )
        fields = self._entities[entity].fields if entity in self._entities else ()
        said = rule.text.casefold()
        return rule.kind == "uniqueness" and any(field.unique and field.label.casefold() in said for field in fields)

    def _add(
        self, part: Part, text: str, entities: tuple[str, ...], origin: Origin, span: Span | None, *, rule: bool = False
    ) -> None:
        self._counts[part] += 1
        number = f"{_LETTERS[part]}-{self._counts[part]}"
        self.found.append(
            Requirement(number=number, part=part, text=text, entities=entities, rule=rule, origin=origin, span=span)
        )


def sentence_of(relation: Relation, source: Entity, target: Entity) -> str:
    """A relation in a sentence."""
    if relation.kind is RelationKind.MANY_TO_MANY:
        return f"{source.label_plural} and {target.label_plural} are linked, any number to any number."
    must = "belongs" if relation.required else "can belong"
    to = f"one {target.label}" if relation.source != relation.target else f"another {target.label}"
    told = f"Each {source.label} {must} to {to}"
    if relation.kind is RelationKind.ONE_TO_ONE:
        return f"{told}, which has no other."
    limit = f"; each {target.label} has at most {relation.limit} of them" if relation.limit else ""
    return f"{told}{limit}."


def guard_sentences(guards: Guards) -> Iterator[str]:
    """What guards it, a sentence each."""
    yield "Everything that comes in is checked, and every answer has security headers."
    if guards.auth:
        yield (
            f"People sign in with a password of at least {guards.password_length} characters, for "
            f"{guards.token_minutes} minutes; readers read, editors write, admins delete and manage accounts."
        )
    if guards.lockout is not None:
        yield f"After {guards.lockout} wrong passwords an account waits 15 minutes."
    if guards.audit:
        yield "Every change is written to an audit, with who made it."


def _overlap(one: Span | None, other: Span) -> bool:
    return one is None or (one.start < other.end and other.start < one.end)
