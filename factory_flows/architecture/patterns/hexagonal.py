"""A hexagon: the application in the middle, ports around it, and adapters that fit into them."""

from factory_flows.architecture.architecture import Layer
from factory_flows.architecture.components import one_server
from factory_flows.architecture.interfaces import all_resources, repository_ports
from factory_flows.architecture.patterns.plan import Plan
from factory_flows.specification.specification import Specification


def plan(specification: Specification) -> Plan:
    """The hexagon knows no adapter; those that drive it and those that it drives do not know each other."""
    layers = (
        Layer(name="model", folder="hexagon/model", duty="Things, their rules and errors; knows no framework."),
        Layer(
            name="driven_ports",
            folder="hexagon/ports",
            duty="What the application asks of the outside world.",
            may_import=("model",),
        ),
        Layer(
            name="messages",
            folder="hexagon/messages",
            duty="What is asked of the application, and what it answers.",
            may_import=("model",),
        ),
        Layer(
            name="services",
            folder="hexagon/services",
            duty="What the application does: its driving ports.",
            may_import=("model", "driven_ports", "messages"),
        ),
        Layer(name="settings", folder="adapters/settings", duty="What the environment decides."),
        Layer(
            name="http",
            folder="adapters/http",
            duty="Drives the application by HTTP.",
            may_import=("model", "messages", "services"),
        ),
        Layer(
            name="tables",
            folder="adapters/sql/tables",
            duty="Tables, and how things are mapped to them.",
            may_import=("model", "settings"),
        ),
        Layer(
            name="sql",
            folder="adapters/sql/repositories",
            duty="Fits the database into the ports.",
            may_import=("model", "driven_ports", "tables"),
        ),
        Layer(
            name="security",
            folder="adapters/security",
            duty="Fits passwords and tokens into the ports.",
            may_import=("model", "driven_ports", "settings"),
        ),
    )
    places = {
        "model": "model",
        "repository_port": "driven_ports",
        "schema": "messages",
        "service": "services",
        "settings": "settings",
        "route": "http",
        "database": "tables",
        "repository": "sql",
        "auth": "security",
    }
    ports = repository_ports(specification, owner="driven_ports", adapter="sql", user="services")
    return Plan(layers, places, one_server(specification), (*all_resources(specification), *ports))
