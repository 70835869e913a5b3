"""The parts of a project, and which generator writes each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from factory_flows.generators.backend import fastapi
from factory_flows.generators.documentation.openapi import document
from factory_flows.generators.generator import Generator
from factory_flows.generators.qa import pytest
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Backend, Documentation, Qa

_GENERATORS: Final[Mapping[str, Generator]] = {
    Backend.FASTAPI: fastapi.generate,
    Qa.PYTEST: pytest.generate,
    Documentation.OPENAPI: document.generate,
}


class NotGenerated(ValueError):
    """No generator writes what the specification asks for; the message says what can be asked for instead."""


@dataclass(frozen=True)
class Parts:
    """What of a specification is written.

    Attributes:
        written: Names of parts that have a generator, in the order of the stack.
        missing: Names of parts that are specified and that no generator writes.
    """

    written: tuple[str, ...]
    missing: tuple[str, ...]


def parts_of(specification: Specification) -> Parts:
    """The parts of a specification.

    Raises:
        NotGenerated: There is no generator for its backend: nothing would run.
    """
    stack = specification.stack
    if stack.backend not in _GENERATORS:
        known = ", ".join(name for name in Backend if name in _GENERATORS)
        raise NotGenerated(f"no generator writes a backend with {stack.backend}; ask for one of {known}")
    wanted = [stack.backend, stack.qa, *([stack.frontend] if stack.frontend else [])]
    wanted += [*stack.infrastructure, *stack.documentation]
    return Parts(
        tuple(name for name in wanted if name in _GENERATORS),
        tuple(name for name in wanted if name not in _GENERATORS),
    )


def generator_of(part: str) -> Generator:
    """The generator of a part. Raises `KeyError` where there is none."""
    return _GENERATORS[part]
