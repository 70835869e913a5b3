"""A function an entity, which runs only while it is asked something."""

from factory_flows.architecture.architecture import Component, Interface, Layer
from factory_flows.architecture.components import pages, part_of, store
from factory_flows.architecture.interfaces import resource, sign_in
from factory_flows.architecture.patterns import layered
from factory_flows.architecture.patterns.plan import Plan
from factory_flows.architecture.technologies import backend
from factory_flows.specification.specification import Specification


def plan(specification: Specification) -> Plan:
    """The layers that functions share, and a thin entry for each function."""
    shared = layered.layers()
    entry = Layer(
        name="functions",
        folder="functions",
        duty="Entries that the platform calls, one for each function; they keep nothing between calls.",
        may_import=("core", "routes"),
    )
    places = layered.places() | {"handler": entry.name}
    return Plan((*shared, entry), places, _components(specification), _interfaces(specification))


def _components(specification: Specification) -> tuple[Component, ...]:
    entities = {part_of(entity.name, "function"): entity for entity in specification.entities}
    functions = [
        Component(
            name=name,
            kind="function",
            technology=backend(specification),
            duty=f"Answers requests for {entity.plural.replace('_', ' ')}.",
            entities=(entity.name,),
            uses=("database",),
        )
        for name, entity in entities.items()
    ]
    if specification.guards.auth:
        duty = "Signs people in, and manages users."
        technology = backend(specification)
        functions.append(
            Component(name="sign_in", kind="function", technology=technology, duty=duty, uses=("database",))
        )
    gateway = Component(
        name="gateway",
        kind="gateway",
        technology="HTTP gateway of the platform",
        duty="Hands each path to its function.",
        uses=tuple(function.name for function in functions),
    )
    return (
        *pages(specification, "gateway"),
        gateway,
        *functions,
        store(entity.name for entity in specification.entities),
    )


def _interfaces(specification: Specification) -> tuple[Interface, ...]:
    functions = (
        resource(specification, entity, part_of(entity.name, "function"), ("gateway",))
        for entity in specification.entities
    )
    return (*functions, *sign_in(specification, "sign_in", ("gateway",)))
