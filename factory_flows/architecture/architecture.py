"""What an architecture is, whatever the pattern."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from factory_flows.specification.entity import Name
from factory_flows.specification.technology import Pattern

ModulePath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)*$", max_length=120)]


class Layer(BaseModel):
    """A folder of the backend with one duty.

    Attributes:
        name: `domain`, `services`, `routes` …
        folder: Below the backend's package: `domain`, `adapters/http`.
        duty: One sentence.
        may_import: Names of layers that it may import from; all else is refused by the project's own import rule.
    """

    model_config = ConfigDict(frozen=True)

    name: Name
    folder: ModulePath
    duty: str
    may_import: tuple[Name, ...] = ()


class Component(BaseModel):
    """A part that is deployed or drawn on its own: a service, a function, the pages, the database, a queue."""

    model_config = ConfigDict(frozen=True)

    name: Name
    kind: str
    technology: str
    duty: str
    entities: tuple[Name, ...] = ()
    uses: tuple[Name, ...] = ()


class Interface(BaseModel):
    """A contract between two components or layers: a port, an event, an HTTP resource."""

    model_config = ConfigDict(frozen=True)

    name: str
    kind: str
    provided_by: Name
    used_by: tuple[Name, ...] = ()
    operations: tuple[str, ...]


class Architecture(BaseModel):
    """The layout of an application.

    Attributes:
        layers: Of the backend (of each service, where there are several), the innermost first.
        places: Which layer each kind of module goes to: "model", "schema", "repository_port", "repository", "service",
            "route", "settings", "database", "auth", "event", "handler", "view", "client". A kind without a place is not
            written.
        technologies: Component or duty -> technology with its version.
        rationale: Why this pattern, in sentences; what was weighed against it.
    """

    model_config = ConfigDict(frozen=True)

    pattern: Pattern
    layers: tuple[Layer, ...]
    places: dict[str, Name]
    components: tuple[Component, ...]
    interfaces: tuple[Interface, ...]
    technologies: dict[str, str]
    rationale: tuple[str, ...]

    def folder_of(self, kind: str) -> str:
        """The folder of a kind of module.

        Raises:
            KeyError: The pattern has no place for it.
        """
        return next(layer.folder for layer in self.layers if layer.name == self.places[kind])
