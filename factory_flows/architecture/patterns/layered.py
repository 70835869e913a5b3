"""Layers, each of which knows those below it."""

from factory_flows.architecture.architecture import Layer
from factory_flows.architecture.components import one_server
from factory_flows.architecture.interfaces import all_resources
from factory_flows.architecture.patterns.plan import Plan
from factory_flows.specification.specification import Specification


def plan(specification: Specification) -> Plan:
    """Core, schemas, models, repositories, services, routes."""
    return Plan(layers(), places(), one_server(specification), all_resources(specification))


def layers() -> tuple[Layer, ...]:
    """The layers; a layer may use any below it, never one above."""
    stored = ("core", "models", "schemas", "repositories")
    return (
        Layer(name="core", folder="core", duty="Settings, logs, errors and credentials."),
        Layer(name="schemas", folder="schemas", duty="What JSON looks like.", may_import=("core",)),
        Layer(name="models", folder="models", duty="Tables and the database.", may_import=("core",)),
        Layer(name="repositories", folder="repositories", duty="Stores and finds rows.", may_import=("core", "models")),
        Layer(name="services", folder="services", duty="Rules of the domain.", may_import=stored),
        Layer(name="routes", folder="routes", duty="HTTP.", may_import=(*stored, "services")),
    )


def places() -> dict[str, str]:
    """Where each kind of module goes."""
    return {
        "model": "models",
        "database": "models",
        "schema": "schemas",
        "repository": "repositories",
        "service": "services",
        "route": "routes",
        "settings": "core",
        "auth": "core",
    }
