"""A feature added to an application that is there."""

from collections.abc import Iterable

from factory_flows.intent.intent import Intent, IntentType, MentionedEntity
from factory_flows.specification.coherence import EVERY_ENTITYS
from factory_flows.specification.entity import Entity, EntityField
from factory_flows.specification.inference import infer_field
from factory_flows.specification.modelling import MOST_FIELDS, Model
from factory_flows.specification.naming import (
    Unnameable,
    clean_label,
    entity_name,
    snake,
    squashed,
    squashed_all,
)
from factory_flows.specification.relating import Relations
from factory_flows.specification.relation import Relation
from factory_flows.specification.requirements import Requirements
from factory_flows.specification.specification import Specification
from factory_flows.specification.violation import SpecificationRefused, Violation, sentence


def add_feature(specification: Specification, intent: Intent) -> Specification:
    """The specification with the entities, fields and relations that a brief adds; nothing that is there is changed.

    A field that is added to an entity that is there is optional, and so is a relation that it gets, whatever the brief
    says, since the things that are already kept have none: an assumption says so.

    Raises:
        SpecificationRefused: The brief adds nothing, is none that adds, or asks for what does not fit.
    """
    if intent.intent not in {IntentType.ADD_FEATURE, IntentType.MODIFY_FEATURE, IntentType.GENERATE_COMPONENT}:
        message = f"This brief is understood as {intent.intent}: say what is to be added to {specification.title}."
        raise SpecificationRefused([Violation(constraint="intent", message=message)])
    feature = _Feature(specification, intent)
    if feature.violations:
        raise SpecificationRefused(feature.violations)
    if not feature.adds_anything:
        message = f"Nothing in this brief is new to {specification.title}: name a kind of thing, a field or a relation."
        raise SpecificationRefused([Violation(constraint="intent", message=message)])
    return feature.specification


class _Feature:
    def __init__(self, before: Specification, intent: Intent) -> None:
        self._intent = intent
        self._before = before
        present, new = self._known(intent.entities)
        self.violations: list[Violation] = []
        self.assumptions: list[str] = []
        entities = {entity.name: entity for entity in before.entities}
        for mention, entity in present:
            entities[entity.name] = self._with_fields(entities[entity.name], mention)
        model = Model(
            intent.model_copy(update={"entities": tuple(new)}), signed_in=before.guards.auth, present=before.entities
        )
        names = {mention.name: entity.name for mention, entity in present} | model.names
        for end in (end for each in intent.relations for end in (each.source, each.target) if end not in names):
            if there := self._called(end):
                names[end] = there.name
        together = (*entities.values(), *model.entities)
        related = Relations(intent, together, names, before.relations)
        relations = [self._optional(each, entities) for each in related.relations]
        requirements = Requirements(together, (*before.relations, *relations), before.requirements)
        requirements.of_entities(model.entities, pages=before.stack.frontend is not None)
        requirements.of_relations(relations)
        requirements.of_rules(intent, names)
        self.violations += [*model.violations, *related.violations]
        if len(together) > 30:
            message = f"With this, there would be {len(together)} kinds of things; 30 fit."
            self.violations.append(Violation(constraint="entities", message=message))
        self.adds_anything = together != before.entities or bool(relations)
        if not self.violations:
            told = (*before.assumptions, *self.assumptions, *model.assumptions, *related.assumptions)
            changed = {
                "entities": together,
                "relations": (*before.relations, *relations),
                "requirements": (*before.requirements, *requirements.found),
                "assumptions": tuple(dict.fromkeys(told)),
                "open_questions": tuple(dict.fromkeys((*before.open_questions, *intent.questions, *model.questions))),
            }
            self.specification = Specification.model_validate({**dict(before), **changed})

    def _known(
        self, mentions: Iterable[MentionedEntity]
    ) -> tuple[list[tuple[MentionedEntity, Entity]], list[MentionedEntity]]:
        """Mentions of entities that are there, each with its entity, and those that are new."""
        present, new = [], []
        for mention in mentions:
            entity = self._find(mention)
            if entity:
                present.append((mention, entity))
            else:
                new.append(mention)
        return present, new

    def _find(self, mention: MentionedEntity) -> Entity | None:
        label = " ".join(mention.label.split()).casefold()
        for entity in self._before.entities:
            if label in {entity.label.casefold(), entity.label_plural.casefold()}:
                return entity
        return self._called(mention.name)

    def _called(self, name: str) -> Entity | None:
        """The entity that is there by that name in the brief, singular or plural."""
        try:
            spellings = {squashed(snake(name)), squashed(entity_name(name))}
        except Unnameable:
            return None  # the model says what is wrong with it
        if self._before.guards.auth and "user" in spellings:
            spellings.add("userprofile")
        for entity in self._before.entities:
            if spellings & {squashed(entity.name), squashed(entity.plural)}:
                return entity
        return None

    def _with_fields(self, entity: Entity, mention: MentionedEntity) -> Entity:
        there = squashed_all(field.name for field in entity.fields)
        labels = {field.label.casefold() for field in entity.fields}
        relations = self._before.relations
        kept = [name for each in relations if each.source == entity.name for name in (each.role, each.key)]
        backward = [each.reverse for each in relations if each.target == entity.name]
        mentioned = {snake(each.target) for each in self._intent.relations if each.source == mention.name}
        taken = there | squashed_all((*kept, *backward, *EVERY_ENTITYS))
        added: list[EntityField] = []
        for field in mention.fields:
            try:
                name = snake(field.label)
                if name in {*EVERY_ENTITYS, *kept, *mentioned} or clean_label(field.label).casefold() in labels:
                    continue
                found = infer_field(field, entity.name, taken)
            except Unnameable as error:
                span = sentence(self._intent.brief, field.span)
                self.violations.append(Violation(constraint="names", message=str(error), span=span))
                continue
            if found.required and found.default is None:
                self.assumptions.append(
                    f"{found.label} of each {entity.label} is optional: those that are there have none."
                )
                found = found.model_copy(update={"required": False})
            added.append(found)
            labels.add(found.label.casefold())
        if len(entity.fields) + len(added) > MOST_FIELDS:
            span = sentence(self._intent.brief, mention.span)
            message = f"With these, {entity.label} would have more than {MOST_FIELDS} fields."
            self.violations.append(Violation(constraint="fields", message=message, span=span))
            return entity
        return entity.model_copy(update={"fields": (*entity.fields, *added)}) if added else entity

    def _optional(self, relation: Relation, present: dict[str, Entity]) -> Relation:
        if not relation.required or relation.source not in present:
            return relation
        label = present[relation.source].label
        self.assumptions.append(
            f"Each {label} can be without its {relation.role_label}: those that are there have none."
        )
        return relation.model_copy(update={"required": False, "on_delete": "set_null"})
