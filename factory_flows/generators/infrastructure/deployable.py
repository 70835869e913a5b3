"""Which applications can be brought up so far."""

from typing import Final

from factory_flows.architecture.architecture import Architecture
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Backend

VERSION: Final = "0.1.0"  # of images: that of the generated project
_BACKENDS: Final = (Backend.FASTAPI,)
_SERVERS: Final = frozenset({"service", "function", "worker"})


def require_deployable(specification: Specification, architecture: Architecture) -> None:
    """Refuse what no image is written for.

    Raises:
        ValueError: Its backend has no Dockerfile yet, or several parts of it run apart; says what works.
    """
    if specification.stack.backend not in _BACKENDS:
        known = ", ".join(_BACKENDS)
        raise ValueError(f"there is no image for {specification.stack.backend} yet; these backends work: {known}")
    if apart := [part.name for part in architecture.components if part.kind in _SERVERS]:
        raise ValueError(
            f"an application of one server is brought up, and {architecture.pattern} has parts that run apart "
            f"({', '.join(apart)}); choose a pattern with one server, like layered"
        )
