"""Whether entities and relations fit together, so that every generator can rely on it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from factory_flows.specification.entity import Entity
from factory_flows.specification.naming import breaks_code, breaks_sql, squashed
from factory_flows.specification.relation import Relation, RelationKind

EVERY_ENTITYS: Final = ("id", "created_at", "updated_at")
KEPT_PATHS: Final = {"auth": "sign-in", "audit": "the audit", "users": "the accounts"}  # with auth


def problems(entities: Sequence[Entity], relations: Sequence[Relation], *, signed_in: bool) -> Iterator[str]:
    """What is wrong, a sentence each without its full stop; nothing where all is well."""
    yield from _names(entities, signed_in=signed_in)
    for entity in entities:
        yield from _fields(entity)
    known = {entity.name for entity in entities}
    lost = [relation for relation in relations if not {relation.source, relation.target} <= known]
    for relation in lost:
        end = relation.source if relation.source not in known else relation.target
        yield f"relation {relation.source} to {relation.target}: there is no entity {end}"
    if not lost:
        for relation in relations:
            yield from _relation(relation)
        for entity in entities:
            yield from _keys(entity, relations)
        yield from _cycles(relations)


def _names(entities: Sequence[Entity], *, signed_in: bool) -> Iterator[str]:
    for name in _twice(name for entity in entities for name in {entity.name, entity.plural}):
        yield f"two entities are called {name}"
    for entity in entities:
        if entity.name == entity.plural:
            yield f"entity {entity.name}: its plural has to be another name"
        if breaks_code(entity.name) or breaks_code(entity.plural) or breaks_sql(entity.plural):
            yield f"entity {entity.name} is called by a word of a programming language"
        if signed_in and entity.plural in KEPT_PATHS:
            yield f"entity {entity.name}: /{entity.plural} is kept for {KEPT_PATHS[entity.plural]}"


def _fields(entity: Entity) -> Iterator[str]:
    for field in entity.fields:
        if breaks_code(field.name) or breaks_sql(field.name):
            yield f"entity {entity.name}: its field {field.name} is called by a word of a programming language"


def _relation(relation: Relation) -> Iterator[str]:
    told = f"relation {relation.source}.{relation.role}"
    if breaks_code(relation.role) or breaks_code(relation.reverse):
        yield f"{told} is called by a word of a programming language"
    if relation.required and relation.on_delete == "set_null":
        yield f"{told} is required, and would be set to null when its target is deleted"
    if relation.kind is RelationKind.ONE_TO_ONE and relation.limit not in {None, 1}:
        yield f"{told} is 1-1 and has a limit of {relation.limit}"


def _keys(entity: Entity, relations: Sequence[Relation]) -> Iterator[str]:
    kept = [relation for relation in relations if relation.source == entity.name]
    others = [relation.reverse for relation in relations if relation.target == entity.name]
    listed = [field.name for field in entity.fields] + [relation.role for relation in kept]
    for name in _twice([*listed, *(relation.key for relation in kept), *others, *EVERY_ENTITYS]):
        yield f"entity {entity.name}: {name} is two of its fields, relations, their keys, and what all entities have"


def _cycles(relations: Sequence[Relation]) -> Iterator[str]:
    needed = {
        (relation.source, relation.target)
        for relation in relations
        if relation.required and relation.kind is not RelationKind.MANY_TO_MANY
    }
    if round_trip := required_cycle(needed):
        yield f"{' needs '.join(round_trip)}: none of them could ever be made; make one of these relations optional"


def required_cycle(needed: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """A round of entities of which each needs the next, the first again at its end; empty where there is none."""
    nexts: dict[str, list[str]] = {}
    for source, target in sorted(needed):
        nexts.setdefault(source, []).append(target)
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if name in path:
            return (*path[path.index(name) :], name)
        if name in done:
            return ()
        for following in nexts.get(name, []):
            if found := visit(following, (*path, name)):
                return found
        done.add(name)
        return ()

    for start in nexts:
        if found := visit(start, ()):
            return found
    return ()


def _twice(names: Iterable[str]) -> list[str]:
    counted: Counter[str] = Counter()
    spelt: dict[str, str] = {}
    for name in names:
        counted[squashed(name)] += 1
        spelt[squashed(name)] = name
    return [spelt[each] for each, count in counted.items() if count > 1]
