"""Entities with their fields, from what a brief mentions."""

from collections.abc import Iterable
from typing import Final

from factory_flows.intent.intent import Intent, MentionedEntity
from factory_flows.specification.coherence import EVERY_ENTITYS, KEPT_PATHS
from factory_flows.specification.entity import Entity, EntityField, FieldType, Name
from factory_flows.specification.inference import default_field, infer_field
from factory_flows.specification.naming import (
    Unnameable,
    clean_label,
    distinct,
    entity_name,
    plural,
    plural_label,
    snake,
    squashed,
    squashed_all,
)
from factory_flows.specification.relation import RelationKind
from factory_flows.specification.violation import Violation, sentence

MOST_ENTITIES: Final = 30
MOST_FIELDS: Final = 40
_ACCOUNTS: Final = frozenset({"email", "mail", "e_mail", "password", "role", "user_role"})  # what every account has


class Model:
    """Entities of an application as they are put together.

    Attributes:
        entities: In the order of the brief.
        names: Code name of each entity by its name in the intent.
        assumptions: What was decided without being said.
        questions: What its owner should answer.
        violations: What can't be built.
    """

    def __init__(self, intent: Intent, *, signed_in: bool, present: Iterable[Entity] = ()) -> None:
        self._intent = intent
        self._signed_in = signed_in
        self.entities: list[Entity] = []
        self.names: dict[str, Name] = {}
        self.assumptions: list[str] = []
        self.questions: list[str] = []
        self.violations: list[Violation] = []
        self._taken = squashed_all(name for entity in present for name in (entity.name, entity.plural))
        if signed_in:
            self._taken |= {"user", *KEPT_PATHS}
        mentions = _once(intent.entities)
        if len(mentions) > MOST_ENTITIES:
            self._violate("entities", f"{len(mentions)} kinds of things are named; {MOST_ENTITIES} fit.", mentions[-1])
        for mention in mentions:
            try:
                self._add(mention)
            except Unnameable as error:
                self._violate("names", str(error), mention)

    def _add(self, mention: MentionedEntity) -> None:
        if self._is_account(mention) and not self._keeps_more_than_an_account(mention):
            self.assumptions.append(f"{clean_label(mention.label)}s are the accounts that sign in.")
            return
        label = clean_label(mention.label)
        if mention.origin == "inferred":
            self.assumptions.append(f"{label} is kept, though the brief does not say so outright.")
        name, several = self._free_name(mention)
        if self._is_account(mention):
            self.assumptions.append(
                f"What is kept of each {label} beside the account that signs in (e-mail, password, role) is its {name}."
            )
        fields = self._fields(mention, name)
        if len(fields) > MOST_FIELDS:
            self._violate("fields", f"{label} has {len(fields)} fields; {MOST_FIELDS} fit.", mention)
            return
        self.names[mention.name] = name
        self._taken |= {squashed(name), squashed(several)}
        self.entities.append(
            Entity(
                name=name,
                plural=several,
                label=label,
                label_plural=plural_label(label, self._intent.language, mention.span.text),
                fields=tuple(fields),
                origin=mention.origin,
                confidence=mention.confidence,
                span=mention.span,
            )
        )

    def _free_name(self, mention: MentionedEntity) -> tuple[Name, Name]:
        wanted = entity_name(mention.name)
        if self._is_account(mention):
            wanted = "user_profile"
        name = distinct(wanted, self._taken)
        while squashed(plural(name)) in self._taken:
            name = distinct(wanted, self._taken | {squashed(name)})
        if name != wanted:
            self.assumptions.append(
                f"{mention.label} is called {name} in the code, where {wanted} is another entity's."
            )
        return name, plural(name)

    def _fields(self, mention: MentionedEntity, entity: Name) -> list[EntityField]:
        keys = self._relation_names(mention)
        taken = squashed_all((*EVERY_ENTITYS, *keys))
        fields: list[EntityField] = []
        for field in mention.fields:
            name = snake(field.label)
            every = name in EVERY_ENTITYS or name in keys or name in {field.name for field in fields}
            if every or (self._is_account(mention) and self._signed_in and name in _ACCOUNTS):
                continue
            found = infer_field(field, entity, taken)
            fields.append(found)
            self._tell(found, mention, chosen=not field.choices)
        told = {field.span for field in mention.fields if field.required is not None}
        texts = [at for at, field in enumerate(fields) if field.type is FieldType.TEXT and field.span not in told]
        if texts and not any(field.required for field in fields):
            fields[texts[0]] = fields[texts[0]].model_copy(update={"required": True})  # what people know it by
        return fields or [self._default(mention, entity)]

    def _default(self, mention: MentionedEntity, entity: Name) -> EntityField:
        links = [each for each in self._intent.relations if each.source == mention.name and each.target != mention.name]
        link = sum(each.kind is not RelationKind.MANY_TO_MANY for each in links) >= 2
        field = default_field("notes" if link else "name", self._intent.language, entity)
        self.assumptions.append(
            f"Nothing is said of what is kept of each {clean_label(mention.label)}: it has “{field.label}”."
        )
        return field

    def _tell(self, field: EntityField, mention: MentionedEntity, *, chosen: bool) -> None:
        label = clean_label(mention.label)
        if field.type is FieldType.ENUM and chosen:
            said = ", ".join(field.choice_labels)
            self.assumptions.append(f"The {field.label} of each {label} is one of: {said}.")
            self.questions.append(f"Which values can the {field.label} of each {label} have?")
        if field.sensitive and "password" in field.name:
            self.questions.append(
                f"Should the {field.label} of each {label} be kept at all? It is stored as it is entered, not hashed."
            )

    def _relation_names(self, mention: MentionedEntity) -> set[str]:
        """Names that the entity's relations will have: a field of that name is the relation, told a second time."""
        targets = [snake(each.target) for each in self._intent.relations if each.source == mention.name]
        return {name for target in targets for name in (target, f"{target}_id", f"{target}_ids", plural(target))}

    def _is_account(self, mention: MentionedEntity) -> bool:
        return self._signed_in and squashed(snake(mention.name)) == "user"

    def _keeps_more_than_an_account(self, mention: MentionedEntity) -> bool:
        related = any(mention.name in {each.source, each.target} for each in self._intent.relations)
        return related or any(snake(field.label) not in {*_ACCOUNTS, *EVERY_ENTITYS} for field in mention.fields)

    def _violate(self, constraint: str, message: str, mention: MentionedEntity) -> None:
        span = sentence(self._intent.brief, mention.span)
        self.violations.append(Violation(constraint=constraint, message=message, span=span))


def _once(mentions: Iterable[MentionedEntity]) -> list[MentionedEntity]:
    """Each entity once; what is said of it in several places is put together."""
    found: dict[str, MentionedEntity] = {}
    for mention in mentions:
        earlier = found.get(mention.name)
        if earlier:
            mention = earlier.model_copy(update={"fields": (*earlier.fields, *mention.fields)})  # noqa: PLW2901
        found[mention.name] = mention
    return list(found.values())
