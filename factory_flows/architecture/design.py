"""How an application is laid out, by the pattern of its specification."""

from collections.abc import Callable
from typing import Final

from factory_flows.architecture.architecture import Architecture
from factory_flows.architecture.patterns import (
    clean,
    event_driven,
    hexagonal,
    layered,
    microservices,
    monolith,
    mvc,
    serverless,
)
from factory_flows.architecture.patterns.plan import Plan
from factory_flows.architecture.rationale import rationale
from factory_flows.architecture.technologies import technologies
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Pattern

_PLANS: Final[dict[Pattern, Callable[[Specification], Plan]]] = {
    Pattern.MONOLITH: monolith.plan,
    Pattern.MICROSERVICES: microservices.plan,
    Pattern.SERVERLESS: serverless.plan,
    Pattern.LAYERED: layered.plan,
    Pattern.CLEAN: clean.plan,
    Pattern.HEXAGONAL: hexagonal.plan,
    Pattern.EVENT_DRIVEN: event_driven.plan,
    Pattern.MVC: mvc.plan,
}


def design(specification: Specification) -> Architecture:
    """The architecture of a specification; the same specification gives the same one."""
    plan = _PLANS[specification.stack.pattern](specification)
    return Architecture(
        pattern=specification.stack.pattern,
        layers=plan.layers,
        places=plan.places,
        components=plan.components,
        interfaces=plan.interfaces,
        technologies=technologies(specification),
        rationale=rationale(specification),
    )
