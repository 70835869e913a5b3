"""Model, view and controller."""

from factory_flows.architecture.architecture import Layer
from factory_flows.architecture.components import one_server
from factory_flows.architecture.interfaces import all_resources
from factory_flows.architecture.patterns.plan import Plan
from factory_flows.specification.specification import Specification


def plan(specification: Specification) -> Plan:
    """The model knows neither view nor controller, a view no controller; a controller brings them together."""
    layers = (
        Layer(name="config", folder="config", duty="Settings, logs, errors and credentials."),
        Layer(name="records", folder="model/records", duty="Model: tables and the database.", may_import=("config",)),
        Layer(
            name="repositories",
            folder="model/repositories",
            duty="Model: stores and finds records.",
            may_import=("config", "records"),
        ),
        Layer(
            name="rules",
            folder="model/rules",
            duty="Model: rules of the domain.",
            may_import=("config", "records", "repositories"),
        ),
        Layer(
            name="views",
            folder="views",
            duty="What callers send and see of the model.",
            may_import=("config", "records"),
        ),
        Layer(
            name="controllers",
            folder="controllers",
            duty="Takes requests, has the model do them and chooses the view.",
            may_import=("config", "records", "rules", "views"),
        ),
    )
    places = {
        "settings": "config",
        "auth": "config",
        "model": "records",
        "database": "records",
        "repository": "repositories",
        "service": "rules",
        "schema": "views",
        "view": "views",
        "route": "controllers",
    }
    return Plan(layers, places, one_server(specification), all_resources(specification))
