"""Where modules go, and what the project's own import rule refuses."""

from dataclasses import dataclass
from typing import Final

from factory_flows.architecture.architecture import Architecture, Layer
from factory_flows.generators.templates import comment
from factory_flows.specification.technology import Pattern

SHAPED: Final = (Pattern.LAYERED,)
_ERRORS_ARE_KNOWN_TO: Final = ("repository", "service", "route", "auth")


@dataclass(frozen=True)
class ImportRule:
    """A layer, and the packages that it may not import."""

    name: str
    source: str
    forbidden: tuple[str, ...]


class Layout:
    """Names of packages, by kind of module."""

    def __init__(self, architecture: Architecture) -> None:
        """Read an architecture.

        Raises:
            ValueError: Its pattern is not one that this generator shapes.
        """
        if architecture.pattern not in SHAPED:
            shaped = ", ".join(SHAPED)
            raise ValueError(f"FastAPI is not generated as {architecture.pattern} yet; these patterns work: {shaped}")
        self._architecture = architecture

    def folder(self, kind: str) -> str:
        """The folder of a kind of module, below `app`; errors lie in the innermost layer that all users know."""
        return self._innermost().folder if kind == "error" else self._architecture.folder_of(kind)

    def package(self, kind: str) -> str:
        """The package of a kind of module: `app.services`."""
        return "app." + self.folder(kind).replace("/", ".")

    def duty(self, folder: str) -> str:
        """What a folder is for, in a sentence."""
        duties = {layer.folder: layer.duty for layer in self._architecture.layers}
        return comment(duties[folder])

    def rules(self) -> list[ImportRule]:
        """One rule for each layer that may not import all the others."""
        packages = {layer.name: "app." + layer.folder.replace("/", ".") for layer in self._architecture.layers}
        rules = []
        for layer in self._architecture.layers:
            allowed = {layer.name, *layer.may_import}
            if forbidden := tuple(package for name, package in packages.items() if name not in allowed):
                rules.append(ImportRule(f"{layer.folder}: {layer.duty}", packages[layer.name], forbidden))
        return rules

    def _innermost(self) -> Layer:
        places = self._architecture.places
        users = {places[kind] for kind in _ERRORS_ARE_KNOWN_TO if kind in places}
        for layer in self._architecture.layers:
            if all(
                layer.name == user.name or layer.name in user.may_import
                for user in self._architecture.layers
                if user.name in users
            ):
                return layer
        raise ValueError("no layer is known to repositories, services and routes alike: errors have no place")
