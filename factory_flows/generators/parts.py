"""The parts of a project, and which generator writes each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from factory_flows.generators.backend import fastapi
from factory_flows.generators.backend.fastapi.layout import SHAPED
from factory_flows.generators.documentation import html, markdown, pdf
from factory_flows.generators.documentation.openapi import document
from factory_flows.generators.generator import DocumentGenerator, Generator
from factory_flows.generators.infrastructure import docker, github, kubernetes
from factory_flows.generators.qa import pytest
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Backend, Documentation, Infrastructure, Qa

_GENERATORS: Final[Mapping[str, Generator]] = {
    Backend.FASTAPI: fastapi.generate,
    Qa.PYTEST: pytest.generate,
    Infrastructure.DOCKER: docker.generate,
    Infrastructure.KUBERNETES: kubernetes.generate,
    Documentation.OPENAPI: document.generate,
    "github": github.generate,
}
_DOCUMENTS: Final[Mapping[str, DocumentGenerator]] = {
    Documentation.MARKDOWN: markdown.generate,
    Documentation.HTML: html.generate,
    Documentation.PDF: pdf.generate,
}
_PATTERNS: Final = {Backend.FASTAPI: SHAPED}


class NotGenerated(ValueError):
    """No generator writes what the specification asks for; the message says what can be asked for instead."""


@dataclass(frozen=True)
class Parts:
    """What of a specification is written.

    Attributes:
        specification: As it is written: without pages, where no generator writes them.
        written: Names of parts that are written side by side.
        documents: Names of parts that tell of the others, and are written after them.
        missing: Names of parts that are specified and that no generator writes.
    """

    specification: Specification
    written: tuple[str, ...]
    documents: tuple[str, ...]
    missing: tuple[str, ...]


def parts_of(specification: Specification) -> Parts:
    """The parts of a specification.

    Raises:
        NotGenerated: There is no generator for its backend, or none that lays it out so: nothing would run.
    """
    stack = specification.stack
    if stack.backend not in _GENERATORS:
        known = ", ".join(name for name in Backend if name in _GENERATORS)
        raise NotGenerated(f"no generator writes a backend with {stack.backend}; ask for one of {known}")
    if stack.pattern not in _PATTERNS[stack.backend]:
        known = ", ".join(_PATTERNS[stack.backend])
        raise NotGenerated(f"no generator lays {stack.backend} out as {stack.pattern}; ask for one of {known}")
    wanted = [stack.backend, stack.qa, *([stack.frontend] if stack.frontend else [])]
    wanted += [*stack.infrastructure, *stack.documentation]
    missing = tuple(name for name in wanted if name not in _GENERATORS and name not in _DOCUMENTS)
    pages = stack.frontend if stack.frontend in _GENERATORS else None
    return Parts(
        specification.model_copy(update={"stack": stack.model_copy(update={"frontend": pages})}),
        (*(name for name in wanted if name in _GENERATORS), "github"),
        tuple(name for name in wanted if name in _DOCUMENTS),
        missing,
    )


def generator_of(part: str) -> Generator:
    """The generator of a part that is written beside others. Raises `KeyError` where there is none."""
    return _GENERATORS[part]


def document_generator_of(part: str) -> DocumentGenerator:
    """The generator of documents that tell of the other parts. Raises `KeyError` where there is none."""
    return _DOCUMENTS[part]
