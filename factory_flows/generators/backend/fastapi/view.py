"""What the templates read of a specification: entities with their columns, schemas and relations."""

from dataclasses import dataclass, field
from typing import Final

from factory_flows.generators.backend.fastapi.columns import Column, column
from factory_flows.generators.templates import pascal
from factory_flows.specification.api import collection
from factory_flows.specification.entity import Entity, FieldType
from factory_flows.specification.relation import Relation, RelationKind
from factory_flows.specification.specification import Specification

_TAKEN: Final = {"metadata", "registry", "sa", "dt", "copy", "dict", "json", "schema", "construct", "validate"}
_QUERY: Final = {"q", "sort", "limit", "offset"}
_MODULES: Final = {
    "account",
    "audit_entry",
    "auth_account",
    "database",
    "column_types",
    "errors",
    "failures",
    "health",
} | {
    "journal",
    "json_log",
    "json_route",
    "middleware",
    "page",
    "problem",
    "repository",
    "settings",
    "values",
    "credentials",
}


@dataclass(frozen=True)
class Key:
    """A relation, seen from one of its sides."""

    relation: Relation
    source: "Model"
    target: "Model"

    @property
    def key(self) -> str:
        """What the JSON of the source calls it."""
        return self.relation.key

    @property
    def role(self) -> str:
        """What the target is to the source."""
        return self.relation.role

    @property
    def role_label(self) -> str:
        """The role, for people."""
        return self.relation.role_label

    @property
    def reverse(self) -> str:
        """What the sources are to the target."""
        return self.relation.reverse

    @property
    def required(self) -> bool:
        """Whether a source needs a target."""
        return self.relation.required

    @property
    def limit(self) -> int | None:
        """At most so many sources for a target."""
        return self.relation.limit

    @property
    def one(self) -> bool:
        """Whether it is 1-1."""
        return self.relation.kind is RelationKind.ONE_TO_ONE

    @property
    def many(self) -> bool:
        """Whether it is n-n."""
        return self.relation.kind is RelationKind.MANY_TO_MANY

    @property
    def table(self) -> str:
        """The table of an n-n relation."""
        return f"{self.source.name}_{self.role}_links"

    @property
    def repository(self) -> str:
        """Where a service keeps the target's repository."""
        return "rows" if self.source is self.target else self.target.plural

    @property
    def ondelete(self) -> str:
        """The database's rule; an n-n link that is not restricted goes with its target."""
        if self.relation.on_delete == "restrict" or (self.relation.on_delete == "set_null" and self.required):
            return "RESTRICT"
        return "CASCADE" if self.many or self.relation.on_delete == "cascade" else "SET NULL"


@dataclass(eq=False)
class Model:
    """An entity with all that its modules need."""

    entity: Entity
    fields: list[Column]
    keys: list[Key] = field(default_factory=list)
    links: list[Key] = field(default_factory=list)
    reverses: list[Key] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name in code."""
        return self.entity.name

    @property
    def module(self) -> str:
        """The name of its modules, apart from those that every project has."""
        return f"{self.name}_entity" if self.name in _MODULES else self.name

    @property
    def plural(self) -> str:
        """Its table."""
        return self.entity.plural

    @property
    def cls(self) -> str:
        """Its class."""
        return pascal(self.name)

    @property
    def label(self) -> str:
        """Its name for people."""
        return self.entity.label

    @property
    def label_plural(self) -> str:
        """Its plural for people."""
        return self.entity.label_plural

    @property
    def path(self) -> str:
        """Its address."""
        return collection(self.entity)

    @property
    def searched(self) -> list[Column]:
        """The fields that a search looks into."""
        return [each for each in self.fields if each.type in (FieldType.TEXT, FieldType.LONG_TEXT)]

    @property
    def uniques(self) -> list[str]:
        """The fields of which each value is there once."""
        return [each.name for each in self.fields if each.unique]

    @property
    def checked(self) -> bool:
        """Whether rules of the domain have to be asked before it is stored."""
        return bool(self.uniques or self.keys or self.links)

    @property
    def sorts(self) -> str:
        """What a list can be sorted by, as Python literals."""
        names = ["id", *(each.name for each in self.fields), "created_at", "updated_at"]
        return ", ".join(f'"{name}", "-{name}"' for name in names)

    @property
    def targets(self) -> list["Model"]:
        """What it refers to."""
        return list({key.target.name: key.target for key in self.keys + self.links}.values())

    @property
    def reverse_sources(self) -> list["Model"]:
        """What refers to it."""
        return list({key.source.name: key.source for key in self.reverses}.values())

    @property
    def example(self) -> dict[str, object]:
        """A thing in JSON, without its relations."""
        return {each.name: each.example for each in self.fields}


def models(specification: Specification) -> list[Model]:
    """The entities, with what they are to each other.

    Raises:
        ValueError: A name can't be used here; says which and what to do.
    """
    made = {entity.name: Model(entity, [column(each) for each in entity.fields]) for entity in specification.entities}
    for relation in specification.relations:
        key = Key(relation, made[relation.source], made[relation.target])
        (key.source.links if key.many else key.source.keys).append(key)
        key.target.reverses.append(key)
    for model in made.values():
        _check(model, specification)
    return list(made.values())


def by_dependency(entities: list[Model]) -> list[Model]:
    """The entities, each after those that it refers to.

    Raises:
        ValueError: Some refer to each other in a circle.
    """
    ordered: list[Model] = []
    waiting = list(entities)
    while waiting:
        free = [
            each
            for each in waiting
            if all(key.target is each or key.target in ordered for key in each.keys + each.links)
        ]
        if not free:
            names = ", ".join(each.name for each in waiting)
            raise ValueError(
                f"{names} refer to each other in a circle: tell one of these relations from its other side"
            )
        ordered.append(free[0])
        waiting.remove(free[0])
    return ordered


def _check(model: Model, specification: Specification) -> None:
    names = {each.name for each in model.fields} | {key.key for key in model.keys + model.links}
    filters = {each.name for each in model.fields if each.filter}
    if taken := (names & _TAKEN) | (filters & _QUERY) | {each for each in names if each.startswith("model_")}:
        raise ValueError(
            f"{model.name}: the field {min(taken)} has a name that the framework uses: call it {min(taken)}_value"
        )
    own = {"users": specification.guards.auth, "audit": specification.guards.audit}
    if own.get(model.plural):
        raise ValueError(
            f"{model.name}: the path {model.path} is that of the application's own: give it another plural"
        )
