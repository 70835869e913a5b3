"""Circles: the domain inside, use cases around it, and the outside world furthest out."""

from factory_flows.architecture.architecture import Layer
from factory_flows.architecture.components import one_server
from factory_flows.architecture.interfaces import all_resources, repository_ports
from factory_flows.architecture.patterns.plan import Plan
from factory_flows.specification.specification import Specification


def plan(specification: Specification) -> Plan:
    """Source code knows only what lies further in; use cases ask ports, which the infrastructure fills."""
    layers = (
        Layer(name="domain", folder="domain", duty="Things, their rules and errors; knows no framework."),
        Layer(
            name="ports",
            folder="application/ports",
            duty="What use cases need of the outside world.",
            may_import=("domain",),
        ),
        Layer(
            name="schemas",
            folder="application/schemas",
            duty="What use cases take and give.",
            may_import=("domain",),
        ),
        Layer(
            name="use_cases",
            folder="application/use_cases",
            duty="What the application does, one use case after another.",
            may_import=("domain", "ports", "schemas"),
        ),
        Layer(
            name="controllers",
            folder="interface/controllers",
            duty="HTTP requests to use cases, and results to answers.",
            may_import=("domain", "schemas", "use_cases"),
        ),
        Layer(name="settings", folder="infrastructure/settings", duty="What the environment decides."),
        Layer(
            name="database",
            folder="infrastructure/database",
            duty="Tables, and how domain objects are mapped to them.",
            may_import=("domain", "settings"),
        ),
        Layer(
            name="repositories",
            folder="infrastructure/repositories",
            duty="Fills the ports with the database.",
            may_import=("domain", "ports", "database"),
        ),
        Layer(
            name="security",
            folder="infrastructure/security",
            duty="Passwords and tokens.",
            may_import=("domain", "ports", "settings"),
        ),
    )
    places = {
        "model": "domain",
        "repository_port": "ports",
        "schema": "schemas",
        "service": "use_cases",
        "route": "controllers",
        "settings": "settings",
        "database": "database",
        "repository": "repositories",
        "auth": "security",
    }
    ports = repository_ports(specification, owner="ports", adapter="repositories", user="use_cases")
    return Plan(layers, places, one_server(specification), (*all_resources(specification), *ports))
