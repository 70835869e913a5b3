"""What writes files for a specification."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from factory_flows.architecture.architecture import Architecture
from factory_flows.generators.source_file import SourceFile
from factory_flows.specification.specification import Specification


class Generator(Protocol):
    """Writes one part of a project; the same input gives the same bytes, in the same order."""

    def __call__(self, specification: Specification, architecture: Architecture) -> Iterator[SourceFile]:
        """The part's files."""


class DocumentGenerator(Protocol):
    """Writes documents that tell of a project's other parts; the same input gives the same bytes."""

    def __call__(
        self, specification: Specification, architecture: Architecture, written: Sequence[SourceFile]
    ) -> Iterator[SourceFile]:
        """The documents, given the files of all other parts."""
