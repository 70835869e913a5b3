"""Which entities one service keeps."""

from typing import Final

from factory_flows.specification.relation import RelationKind
from factory_flows.specification.specification import Specification

_MOST: Final = 10  # services, where the specification does not say


def services(specification: Specification) -> list[tuple[str, ...]]:
    """Names of entities by service, in the specification's order; the first of each names its service.

    What can't be stored apart stays together: a thing with the one that it must have or is deleted with, and both
    sides of an n-n relation, whose links are one table. While there are more services than may be, the smallest joins
    the one that it has most relations with.
    """
    groups = [[entity.name] for entity in specification.entities]
    for each in specification.relations:
        if each.required or each.on_delete == "cascade" or each.kind is RelationKind.MANY_TO_MANY:
            _join(groups, _of(groups, each.source), _of(groups, each.target))
    while len(groups) > (specification.services or _MOST):
        smallest = min(groups, key=len)
        others = [group for group in groups if group is not smallest]
        ties = {id(group): _ties(specification, smallest, group) for group in others}
        _join(groups, smallest, max(others, key=lambda group: (ties[id(group)], -len(group))))
    order = [entity.name for entity in specification.entities]
    return [tuple(sorted(group, key=order.index)) for group in groups]


def _of(groups: list[list[str]], entity: str) -> list[str]:
    return next(group for group in groups if entity in group)


def _join(groups: list[list[str]], one: list[str], other: list[str]) -> None:
    if one is not other:
        one += other
        groups[:] = [group for group in groups if group is not other]


def _ties(specification: Specification, one: list[str], other: list[str]) -> int:
    return sum(
        (each.source in one and each.target in other) or (each.source in other and each.target in one)
        for each in specification.relations
    )
