"""Services that are built, stored and deployed apart."""

from factory_flows.architecture.architecture import Component, Interface, Layer
from factory_flows.architecture.components import pages, part_of, store
from factory_flows.architecture.interfaces import resource, sign_in
from factory_flows.architecture.patterns import layered
from factory_flows.architecture.patterns.plan import Plan
from factory_flows.architecture.patterns.service_borders import services
from factory_flows.architecture.technologies import backend
from factory_flows.specification.specification import Specification


def plan(specification: Specification) -> Plan:
    """Each service has layers and a database of its own; it asks others by HTTP alone."""
    core, *others = layered.layers()
    clients = Layer(name="clients", folder="clients", duty="Asks other services.", may_import=("core", "schemas"))
    inner = [layer for layer in others if layer.name not in {"services", "routes"}]
    outer = [
        layer.model_copy(update={"may_import": (*layer.may_import, clients.name)})
        for layer in others
        if layer.name == "services"
    ]
    routes = [layer for layer in others if layer.name == "routes"]
    places = layered.places() | {"client": clients.name}
    groups = {part_of(group[0], "service"): group for group in services(specification)}
    return Plan(
        (core, *inner, clients, *outer, *routes),
        places,
        _components(specification, groups),
        _interfaces(specification, groups),
    )


def _components(specification: Specification, groups: dict[str, tuple[str, ...]]) -> tuple[Component, ...]:
    built: list[Component] = []
    databases: list[Component] = []
    for name, group in groups.items():
        database = store(group, part_of(group[0], "database"))
        asked = [other for other in groups if other != name and _asks(specification, group, groups[other])]
        plurals = ", ".join(specification.entity(each).plural.replace("_", " ") for each in group)
        built.append(
            Component(
                name=name,
                kind="service",
                technology=backend(specification),
                duty=f"Keeps {plurals}.",
                entities=group,
                uses=(database.name, *asked),
            )
        )
        databases.append(database)
    if specification.guards.auth:
        duty = "Signs people in, and manages users; the others check its tokens."
        database = store((), "sign_in_database")
        technology = backend(specification)
        built.append(Component(name="sign_in", kind="service", technology=technology, duty=duty, uses=(database.name,)))
        databases.append(database)
    gateway = Component(
        name="gateway",
        kind="gateway",
        technology="nginx",
        duty="Hands each path to its service.",
        uses=tuple(service.name for service in built),
    )
    return (*pages(specification, gateway.name), gateway, *built, *databases)


def _interfaces(specification: Specification, groups: dict[str, tuple[str, ...]]) -> tuple[Interface, ...]:
    resources = []
    for name, group in groups.items():
        for entity in group:
            askers = [other for other in groups if other != name and _asks(specification, groups[other], (entity,))]
            resources.append(resource(specification, specification.entity(entity), name, ("gateway", *askers)))
    return (*resources, *sign_in(specification, "sign_in", ("gateway",)))


def _asks(specification: Specification, asking: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """Whether things of one group refer to things of the other, which it then has to look up."""
    return any(each.source in asking and each.target in asked for each in specification.relations)
