"""Parts that most applications have: pages, a server, a database."""

import hashlib
from collections.abc import Iterable
from typing import Final

from factory_flows.architecture.architecture import Component
from factory_flows.architecture.technologies import backend, database, frontend
from factory_flows.specification.specification import Specification

_LONGEST_NAME: Final = 48


def part_of(name: str, kind: str) -> str:
    """`order_item`, `service` -> `order_item_service`; a name that grows too long is cut, and stays the only one."""
    whole = f"{name}_{kind}"
    if len(whole) <= _LONGEST_NAME:
        return whole
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{name[: _LONGEST_NAME - len(kind) - 9].rstrip('_')}_x{digest}_{kind}"


def pages(specification: Specification, uses: str) -> tuple[Component, ...]:
    """What people see; nothing where there are no pages."""
    if specification.stack.frontend is None:
        return ()
    duty = "What people see and fill in."
    return (Component(name="pages", kind="pages", technology=frontend(specification), duty=duty, uses=(uses,)),)


def server(specification: Specification, uses: Iterable[str] = ("database",)) -> Component:
    """The one process that answers requests for all entities."""
    return Component(
        name="api",
        kind="api",
        technology=backend(specification),
        duty="Answers all requests, and keeps the rules.",
        entities=tuple(entity.name for entity in specification.entities),
        uses=tuple(uses),
    )


def store(entities: Iterable[str], name: str = "database") -> Component:
    """The database of these entities."""
    duty = "Keeps what is entered."
    return Component(name=name, kind="database", technology=database(), duty=duty, entities=tuple(entities))


def one_server(specification: Specification) -> tuple[Component, ...]:
    """Pages, a server and its database."""
    names = (entity.name for entity in specification.entities)
    return (*pages(specification, "api"), server(specification), store(names))
