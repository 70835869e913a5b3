"""The architecture of a specified application."""

from typing import Final

from factory_flows.architecture.architecture import Architecture, Component, Interface, Layer
from factory_flows.specification.api import collection
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Pattern

_LAYERS: Final = (
    Layer(name="core", folder="core", duty="Settings, logs, errors and credentials."),
    Layer(name="schemas", folder="schemas", duty="What JSON looks like.", may_import=("core",)),
    Layer(name="models", folder="models", duty="Tables and the database.", may_import=("core",)),
    Layer(name="repositories", folder="repositories", duty="Stores and finds rows.", may_import=("core", "models")),
    Layer(
        name="services",
        folder="services",
        duty="Rules of the domain.",
        may_import=("core", "models", "schemas", "repositories"),
    ),
    Layer(
        name="routes",
        folder="routes",
        duty="HTTP.",
        may_import=("core", "models", "schemas", "repositories", "services"),
    ),
)
_PLACES: Final = {
    "model": "models",
    "database": "models",
    "schema": "schemas",
    "repository": "repositories",
    "service": "services",
    "route": "routes",
    "settings": "core",
    "auth": "core",
}


class NotDesigned(ValueError):
    """There is no layout for a pattern; the message says which there are."""


def design(specification: Specification) -> Architecture:
    """How an application is laid out.

    Raises:
        NotDesigned: Its pattern has no layout.
    """
    if specification.stack.pattern is not Pattern.LAYERED:
        raise NotDesigned(f"there is no layout for {specification.stack.pattern}; ask for {Pattern.LAYERED}")
    entities = tuple(entity.name for entity in specification.entities)
    return Architecture(
        pattern=Pattern.LAYERED,
        layers=_LAYERS,
        places=_PLACES,
        components=(
            Component(
                name="api",
                kind="service",
                technology=specification.stack.backend,
                duty="Serves the resources.",
                entities=entities,
                uses=("database",),
            ),
            Component(
                name="database", kind="database", technology="SQLite or PostgreSQL", duty="Keeps what is stored."
            ),
        ),
        interfaces=tuple(
            Interface(
                name=entity.label_plural,
                kind="http",
                provided_by="api",
                operations=tuple(f"{verb} {collection(entity)}" for verb in ("GET", "POST")),
            )
            for entity in specification.entities
        ),
        technologies={"api": specification.stack.backend, "database": "SQLite, PostgreSQL by DATABASE_URL"},
        rationale=(
            "Layers keep HTTP, rules and storage apart, and each can be read and tested alone.",
            "One service and one database are the least to run; nothing that is kept asks for more.",
        ),
    )
