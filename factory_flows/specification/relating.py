"""Relations in full, from what a brief mentions."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Literal

from factory_flows.intent.intent import Intent, MentionedRelation
from factory_flows.specification.coherence import EVERY_ENTITYS, required_cycle
from factory_flows.specification.entity import Entity, Name
from factory_flows.specification.naming import (
    LONGEST_LABEL,
    breaks_code,
    distinct,
    field_names,
    plural,
    shortened,
    squashed,
    squashed_all,
)
from factory_flows.specification.relation import Relation, RelationKind
from factory_flows.specification.violation import Violation, sentence

OnDelete = Literal["restrict", "cascade", "set_null"]


class Relations:
    """Relations of an application as they are put together.

    Attributes:
        relations: In the order of the brief.
        assumptions: What was decided without being said.
        violations: Ends that the brief does not know.
    """

    def __init__(
        self, intent: Intent, entities: Iterable[Entity], names: Mapping[str, Name], present: Iterable[Relation] = ()
    ) -> None:
        self._entities = {entity.name: entity for entity in entities}
        self._taken = {
            name: field_names(entity.fields) | squashed_all(EVERY_ENTITYS) for name, entity in self._entities.items()
        }
        self._present = list(present)
        self.relations: list[Relation] = []
        self.assumptions: list[str] = []
        self.violations: list[Violation] = []
        for relation in self._present:
            self._taken[relation.source] |= squashed_all((relation.role, relation.key))
            self._taken[relation.target].add(squashed(relation.reverse))
        mentioned = {mention.name for mention in intent.entities}
        for mention in _merged(intent.relations):
            lost = [end for end in (mention.source, mention.target) if end not in names]
            if not lost:
                self._add(mention, self._entities[names[mention.source]], self._entities[names[mention.target]])
            elif unknown := [end for end in lost if end not in mentioned]:
                message = f"Something belongs to {unknown[0]}, and nothing says what that is: describe it."
                span = sentence(intent.brief, mention.span)
                self.violations.append(Violation(constraint="relations", message=message, span=span))
        self._break_cycles()

    def _add(self, mention: MentionedRelation, source: Entity, target: Entity) -> None:
        if any(_same(mention.kind, source.name, target.name, each) for each in self._present):
            return
        itself = source.name == target.name
        many = mention.kind is RelationKind.MANY_TO_MANY
        kinship = ("related", "related_to") if many else ("parent", "child")
        base = shortened(target.name, 36)
        role = self._free(source.name, f"{kinship[0]}_{base}" if itself else base)
        reverse_base = f"{kinship[1]}_{shortened(source.name, 30)}"
        reverse = self._free(target.name, plural(reverse_base) if itself else source.plural)
        required = not (many or itself or mention.kind is RelationKind.ONE_TO_ONE)
        self.relations.append(
            Relation(
                kind=mention.kind,
                source=source.name,
                target=target.name,
                role=role,
                role_label=f"{kinship[0].capitalize()} {target.label}"[:LONGEST_LABEL] if itself else target.label,
                reverse=reverse,
                reverse_label=source.label_plural,
                required=required,
                on_delete=_on_delete(source, target, required=required),
                limit=None if mention.kind is RelationKind.ONE_TO_ONE else mention.limit,
                origin="stated",
                span=mention.span,
            )
        )

    def _free(self, entity: Name, wanted: Name) -> Name:
        """A name, and its keys, that nothing else of the entity has."""
        taken = self._taken[entity]
        name = f"{wanted}_link" if breaks_code(wanted) else wanted
        number = 1
        while squashed_all(spelt := (name, f"{name}_id", f"{name}_ids")) & taken:
            number += 1
            name = distinct(f"{wanted}_{number}", taken)
        taken |= squashed_all(spelt)
        return name

    def _break_cycles(self) -> None:
        while round_trip := required_cycle(
            (each.source, each.target) for each in (*self._present, *self.relations) if each.required
        ):
            ends = set(pairwise(round_trip))
            for at, relation in reversed(list(enumerate(self.relations))):
                if relation.required and (relation.source, relation.target) in ends:
                    self.relations[at] = relation.model_copy(update={"required": False, "on_delete": "set_null"})
                    source, target = self._entities[relation.source].label, self._entities[relation.target].label
                    self.assumptions.append(
                        f"Each {source} can be without its {target}: each would need the other to be there first."
                    )
                    break


def _merged(mentions: Iterable[MentionedRelation]) -> list[MentionedRelation]:
    """Each relation once, with the limit that any of its mentions has."""
    found: dict[tuple[object, ...], MentionedRelation] = {}
    for mention in mentions:
        ends = (mention.source, mention.target)
        key = (mention.kind, *(ends if mention.kind is RelationKind.MANY_TO_ONE else sorted(ends)))
        earlier = found.setdefault(key, mention)
        if earlier.limit is None and mention.limit is not None:
            found[key] = earlier.model_copy(update={"limit": mention.limit})
    return list(found.values())


def _same(kind: RelationKind, source: Name, target: Name, present: Relation) -> bool:
    ends = (present.source, present.target)
    alike = ends == (source, target) or (kind is not RelationKind.MANY_TO_ONE and ends == (target, source))
    return alike and present.kind is kind


def _on_delete(source: Entity, target: Entity, *, required: bool) -> OnDelete:
    """A part goes with its whole (`order_item` of `order`), what is required holds its target, all else lets go."""
    if source.name.startswith(f"{target.name}_"):
        return "cascade"
    return "restrict" if required else "set_null"
