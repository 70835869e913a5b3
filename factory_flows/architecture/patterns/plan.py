"""What a pattern decides."""

from dataclasses import dataclass

from factory_flows.architecture.architecture import Component, Interface, Layer


@dataclass(frozen=True)
class Plan:
    """An application by one pattern: all of an architecture but the pattern's name, versions and reasons."""

    layers: tuple[Layer, ...]
    places: dict[str, str]
    components: tuple[Component, ...]
    interfaces: tuple[Interface, ...]
