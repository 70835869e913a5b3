"""How complex an application is and how far it scales, where nobody says it."""

from collections.abc import Sequence
from typing import Final

from factory_flows.specification.entity import Entity
from factory_flows.specification.relation import Relation, RelationKind
from factory_flows.specification.specification import Guards, Stack
from factory_flows.specification.technology import Infrastructure, Pattern

_SPREAD: Final = frozenset({Pattern.MICROSERVICES, Pattern.SERVERLESS, Pattern.EVENT_DRIVEN})


def complexity(entities: Sequence[Entity], relations: Sequence[Relation], guards: Guards, stack: Stack) -> int:
    """1 and more, 10 being the most that is built: a point for each tenth of what has to be understood.

    An entity counts 1, ten fields 1, a relation 1 (n-n: 2), sign-in 3, an audit 2, parts that run apart 10.
    """
    load = len(entities) + sum(len(entity.fields) for entity in entities) / 10
    load += sum(2 if relation.kind is RelationKind.MANY_TO_MANY else 1 for relation in relations)
    load += 3 * guards.auth + 2 * guards.audit + 10 * (stack.pattern in _SPREAD)
    return 1 + int(load / 10)


def scalability(stack: Stack) -> int:
    """5 to 10: 5 for one process on one machine, 2 for replicas (Kubernetes), 2 for parts that scale on their own."""
    return 5 + 2 * (Infrastructure.KUBERNETES in stack.infrastructure) + 2 * (stack.pattern in _SPREAD)
