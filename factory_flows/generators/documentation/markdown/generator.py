"""Writes the documents as Markdown."""

from collections.abc import Iterator, Sequence

from factory_flows.architecture.architecture import Architecture
from factory_flows.generators.documentation.markdown.page import pages
from factory_flows.generators.source_file import SourceFile
from factory_flows.specification.specification import Specification
from factory_flows.specification.technology import Documentation


def generate(
    specification: Specification, architecture: Architecture, written: Sequence[SourceFile]
) -> Iterator[SourceFile]:
    """`README.md` and `docs/**.md`; nothing unless the specification asks for Markdown.

    Args:
        written: The files of all other parts; what the documents tell of is found in them.

    Raises:
        ValueError: Nobody has put down yet how the specified backend is run.
    """
    if Documentation.MARKDOWN in specification.stack.documentation:
        for page in pages(specification, architecture, written):
            yield SourceFile(path=page.path, content=page.text)
