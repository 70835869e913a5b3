"""What happens is told as events, and others react to them on their own."""

from factory_flows.architecture.architecture import Component, Layer
from factory_flows.architecture.components import pages, server, store
from factory_flows.architecture.interfaces import all_resources, changed
from factory_flows.architecture.patterns.plan import Plan
from factory_flows.architecture.technologies import backend, database
from factory_flows.specification.specification import Specification


def plan(specification: Specification) -> Plan:
    """Services write events and never call handlers; handlers read events and never call services."""
    stored = ("core", "events", "models", "repositories")
    layers = (
        Layer(name="core", folder="core", duty="Settings, logs, errors and credentials."),
        Layer(name="events", folder="events", duty="What can happen, as plain values.", may_import=("core",)),
        Layer(name="schemas", folder="schemas", duty="What JSON looks like.", may_import=("core",)),
        Layer(name="models", folder="models", duty="Tables, the outbox and the database.", may_import=("core",)),
        Layer(
            name="repositories",
            folder="repositories",
            duty="Stores and finds rows, and appends events to the outbox.",
            may_import=("core", "events", "models"),
        ),
        Layer(
            name="services",
            folder="services",
            duty="Rules of the domain; tells what happened in the transaction that did it.",
            may_import=(*stored, "schemas"),
        ),
        Layer(name="handlers", folder="handlers", duty="Reacts to events, each at least once.", may_import=stored),
        Layer(name="routes", folder="routes", duty="HTTP.", may_import=("core", "schemas", "services")),
    )
    places = {
        "settings": "core",
        "auth": "core",
        "event": "events",
        "schema": "schemas",
        "model": "models",
        "database": "models",
        "repository": "repositories",
        "service": "services",
        "handler": "handlers",
        "route": "routes",
    }
    names = tuple(entity.name for entity in specification.entities)
    components = (
        *pages(specification, "api"),
        server(specification, ("database", "outbox")),
        Component(
            name="worker",
            kind="worker",
            technology=backend(specification),
            duty="Runs the handlers of events.",
            entities=names,
            uses=("outbox", "database"),
        ),
        Component(
            name="outbox",
            kind="queue",
            technology=f"A table of {database()}",
            duty="Keeps events until they are handled; written with the change itself, so none is lost.",
            uses=("database",),
        ),
        store(names),
    )
    events = changed(specification, "api", "worker")
    return Plan(layers, places, components, (*all_resources(specification), *events))
