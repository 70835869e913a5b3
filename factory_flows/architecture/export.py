"""An architecture as JSON, YAML or Markdown."""

import json
from collections.abc import Iterator

import yaml

from factory_flows.architecture.architecture import Architecture, Component, Interface, Layer
from factory_flows.generators.templates import markdown
from factory_flows.specification.naming import words


def as_json(architecture: Architecture) -> str:
    """All of it; `Architecture.model_validate_json` reads it back."""
    return json.dumps(architecture.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def as_yaml(architecture: Architecture) -> str:
    """The same as JSON, in YAML 1.1."""
    return yaml.safe_dump(architecture.model_dump(mode="json"), allow_unicode=True, sort_keys=False, width=120)


def as_markdown(architecture: Architecture) -> str:
    """For people: reasons, layers, components, interfaces and technologies, in tables."""
    return "\n".join(_document(architecture)) + "\n"


def _document(architecture: Architecture) -> Iterator[str]:
    yield f"# Architecture: {markdown(words('technologies.json')['names'][architecture.pattern])}"
    yield ""
    yield from (f"- {markdown(sentence)}" for sentence in architecture.rationale)
    yield from _table("Layers", ("Layer", "Folder", "Duty", "May import"), map(_layer, architecture.layers))
    yield from _table(
        "Components", ("Component", "Kind", "Technology", "Duty", "Uses"), map(_component, architecture.components)
    )
    yield from _table(
        "Interfaces", ("Interface", "Kind", "Provided by", "Used by", "Operations"), map(_port, architecture.interfaces)
    )
    rows = ((markdown(part), markdown(technology)) for part, technology in architecture.technologies.items())
    yield from _table("Technologies", ("For", "Technology"), rows)


def _layer(layer: Layer) -> tuple[str, ...]:
    return markdown(layer.name), f"`app/{layer.folder}`", markdown(layer.duty), _list(layer.may_import)


def _component(component: Component) -> tuple[str, ...]:
    texts = (component.name, component.kind, component.technology, component.duty)
    return (*map(markdown, texts), _list(component.uses))


def _port(interface: Interface) -> tuple[str, ...]:
    texts = (interface.name, interface.kind, interface.provided_by)
    operations = "<br>".join(f"`{operation}`" for operation in interface.operations)
    return (*map(markdown, texts), _list(interface.used_by), operations)


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(map(markdown, names)) or "nothing"


def _table(title: str, head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield from ("", f"## {title}", "", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}")
    yield from (f"| {' | '.join(row)} |" for row in rows)
