"""One program in three tiers: data, business, web."""

from factory_flows.architecture.architecture import Layer
from factory_flows.architecture.components import one_server
from factory_flows.architecture.interfaces import all_resources
from factory_flows.architecture.patterns.plan import Plan
from factory_flows.specification.specification import Specification


def plan(specification: Specification) -> Plan:
    """All of it in one process; a tier uses those below it."""
    data = ("shared", "tables", "repositories")
    business = (*data, "schemas")
    layers = (
        Layer(name="shared", folder="shared", duty="Settings, logs, errors and credentials, for all tiers."),
        Layer(name="tables", folder="data/tables", duty="Tables and the database.", may_import=("shared",)),
        Layer(
            name="repositories",
            folder="data/repositories",
            duty="Stores and finds rows.",
            may_import=("shared", "tables"),
        ),
        Layer(name="schemas", folder="business/schemas", duty="What comes in and goes out.", may_import=("shared",)),
        Layer(name="services", folder="business/services", duty="Rules of the domain.", may_import=business),
        Layer(name="web", folder="web", duty="HTTP.", may_import=("shared", "schemas", "services")),
    )
    places = {
        "settings": "shared",
        "auth": "shared",
        "model": "tables",
        "database": "tables",
        "repository": "repositories",
        "schema": "schemas",
        "service": "services",
        "route": "web",
    }
    return Plan(layers, places, one_server(specification), all_resources(specification))
