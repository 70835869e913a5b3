"""What is drawn, whatever it is drawn with."""

from dataclasses import dataclass
from typing import Literal

from factory_flows.architecture.architecture import Architecture
from factory_flows.specification.entity import Entity
from factory_flows.specification.relation import Relation, RelationKind
from factory_flows.specification.specification import Specification

Ends = Literal["arrow", "1-1", "n-1", "n-n"]


@dataclass(frozen=True)
class Box:
    """A thing with a name; `lines` stand below its title."""

    key: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """From one box to another; `ends` is an arrow, or how many things there are at each end."""

    source: str
    target: str
    label: str = ""
    ends: Ends = "arrow"
    required: bool = False


@dataclass(frozen=True)
class Diagram:
    """Boxes, and links between them."""

    title: str
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]


def layers(architecture: Architecture) -> Diagram:
    """Which layer may import which; what it may reach by way of another is left out."""
    imports = {layer.name: layer.may_import for layer in architecture.layers}
    boxes = tuple(
        Box(layer.name, layer.name, (f"app/{layer.folder}", layer.duty)) for layer in reversed(architecture.layers)
    )
    links = tuple(
        Link(layer.name, name)
        for layer in reversed(architecture.layers)
        for name in layer.may_import
        if not any(name in imports[other] for other in layer.may_import)
    )
    return Diagram("Layers: an arrow is an import", boxes, links)


def components(architecture: Architecture) -> Diagram:
    """Which part uses which."""
    boxes = tuple(Box(each.name, each.name, (each.technology, each.duty)) for each in architecture.components)
    links = tuple(Link(each.name, name) for each in architecture.components for name in each.uses)
    return Diagram("Components: an arrow is a use", boxes, links)


def entities(specification: Specification) -> Diagram:
    """Things, their fields, and how they belong together."""
    boxes = tuple(Box(each.name, each.label, tuple(_fields(each))) for each in specification.entities)
    links = tuple(_link(each) for each in specification.relations)
    return Diagram(f"{specification.title}: entities and their relations", boxes, links)


def _fields(entity: Entity) -> list[str]:
    return [f"{field.type} {field.name}{' *' if field.required else ''}" for field in entity.fields]


def _link(relation: Relation) -> Link:
    ends: dict[RelationKind, Ends] = {
        RelationKind.ONE_TO_ONE: "1-1",
        RelationKind.MANY_TO_ONE: "n-1",
        RelationKind.MANY_TO_MANY: "n-n",
    }
    return Link(relation.source, relation.target, relation.role_label, ends[relation.kind], relation.required)
