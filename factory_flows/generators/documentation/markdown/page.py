"""The pages of the documents, which every format shows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from factory_flows.architecture.architecture import Architecture
from factory_flows.generators.documentation.markdown.decision import decisions
from factory_flows.generators.documentation.markdown.operation import operations
from factory_flows.generators.documentation.markdown.running import Running
from factory_flows.generators.documentation.markdown.setting import settings
from factory_flows.generators.documentation.markdown.trace import traces
from factory_flows.generators.documentation.markdown.value import bounds, default, kind, on_delete
from factory_flows.generators.documentation.openapi.responses import TITLES
from factory_flows.generators.source_file import SourceFile
from factory_flows.generators.templates import Templates
from factory_flows.specification.specification import Specification

_TEMPLATES: Final = Templates(Path(__file__).parent / "templates")
_PAGES: Final = {
    "README.md": "Overview",
    "docs/user-guide.md": "User guide",
    "docs/api.md": "API reference",
    "docs/data.md": "Data dictionary",
    "docs/architecture.md": "Architecture",
    "docs/deployment.md": "Deployment",
    "docs/requirements.md": "Requirements",
}


@dataclass(frozen=True)
class Page:
    """A page in Markdown (CommonMark with tables), people's words quoted; `path` is its place in the project."""

    path: PurePosixPath
    title: str
    text: str


def pages(specification: Specification, architecture: Architecture, written: Sequence[SourceFile]) -> Iterator[Page]:
    """All pages, the README first and the decisions last.

    Raises:
        ValueError: Nobody has put down yet how the specified backend is run.
    """
    context = _context(specification, architecture, written)
    for path, title in _PAGES.items():
        yield Page(PurePosixPath(path), title, _render(f"{path}.jinja", context))
    for decision in context["decisions"]:
        text = _render("docs/decisions/decision.md.jinja", context | {"decision": decision})
        yield Page(PurePosixPath("docs/decisions", decision.file), decision.title, text)


def _render(template: str, context: dict[str, Any]) -> str:
    """A page without the runs of empty lines that parts which are left out leave behind."""
    return re.sub(r"\n{3,}", "\n\n", _TEMPLATES.render(template, **context)).strip() + "\n"


def _context(specification: Specification, architecture: Architecture, written: Sequence[SourceFile]) -> dict[str, Any]:
    paths = {str(file.path) for file in written}
    return {
        "spec": specification,
        "guards": specification.guards,
        "architecture": architecture,
        "running": Running(specification, written),
        "settings": settings(specification),
        "decisions": decisions(specification, architecture),
        "operations": operations(specification),
        "traces": traces(specification, written),
        "problems": TITLES if specification.guards.lockout else {s: t for s, t in TITLES.items() if s != 429},
        "openapi": "docs/openapi.json" in paths,
        "kind": kind,
        "default": default,
        "bounds": bounds,
        "on_delete": on_delete,
    }
