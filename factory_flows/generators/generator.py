"""What writes files for a specification."""

from collections.abc import Iterator
from typing import Protocol

from factory_flows.architecture.architecture import Architecture
from factory_flows.generators.source_file import SourceFile
from factory_flows.specification.specification import Specification


class Generator(Protocol):
    """Writes one part of a project; the same input gives the same bytes, in the same order."""

    def __call__(self, specification: Specification, architecture: Architecture) -> Iterator[SourceFile]:
        """The part's files."""
