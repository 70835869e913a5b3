"""Contracts: HTTP resources, ports and events."""

from collections.abc import Iterable

from factory_flows.architecture.architecture import Interface
from factory_flows.generators.templates import pascal
from factory_flows.specification.api import PREFIX, collection, reverse_path
from factory_flows.specification.entity import Entity
from factory_flows.specification.specification import Specification


def resource(specification: Specification, entity: Entity, provided_by: str, used_by: Iterable[str]) -> Interface:
    """What the HTTP interface does with things of a kind."""
    path = collection(entity)
    operations = [f"GET {path}", f"POST {path}", *(f"{verb} {path}/{{id}}" for verb in ("GET", "PUT", "PATCH"))]
    operations += [f"DELETE {path}/{{id}}"]
    operations += [f"GET {path}/{{id}}{reverse_path(each)}" for each in specification.relations_to(entity)]
    return Interface(
        name=path, kind="HTTP resource", provided_by=provided_by, used_by=tuple(used_by), operations=tuple(operations)
    )


def sign_in(specification: Specification, provided_by: str, used_by: Iterable[str]) -> tuple[Interface, ...]:
    """What it does for people who sign in; nothing where nobody does."""
    if not specification.guards.auth:
        return ()
    operations = [f"POST {PREFIX}/auth/login", f"GET {PREFIX}/auth/me", f"GET {PREFIX}/users", f"POST {PREFIX}/users"]
    operations += [f"PATCH {PREFIX}/users/{{id}}", f"DELETE {PREFIX}/users/{{id}}"]
    operations += [f"GET {PREFIX}/audit"] if specification.guards.audit else []
    return (
        Interface(
            name=f"{PREFIX}/auth",
            kind="HTTP resource",
            provided_by=provided_by,
            used_by=tuple(used_by),
            operations=tuple(operations),
        ),
    )


def all_resources(specification: Specification) -> tuple[Interface, ...]:
    """Those of a single server that pages use."""
    users = ("pages",) if specification.stack.frontend else ()
    things = (resource(specification, entity, "api", users) for entity in specification.entities)
    return (*things, *sign_in(specification, "api", users))


def repository_ports(specification: Specification, owner: str, adapter: str, user: str) -> tuple[Interface, ...]:
    """One port an entity: owned by an inner layer and used there, filled by an adapter further out."""
    return tuple(
        Interface(
            name=f"{pascal(entity.name)}Repository",
            kind=f"port of {owner}",
            provided_by=adapter,
            used_by=(user,),
            operations=("list", "get", "add", "change", "remove"),
        )
        for entity in specification.entities
    )


def changed(specification: Specification, provided_by: str, used_by: str) -> tuple[Interface, ...]:
    """The events that tell what happened to things of a kind."""
    return tuple(
        Interface(
            name=f"{pascal(entity.name)}Changed",
            kind="event",
            provided_by=provided_by,
            used_by=(used_by,),
            operations=tuple(f"{pascal(entity.name)}{what}" for what in ("Created", "Updated", "Deleted")),
        )
        for entity in specification.entities
    )
