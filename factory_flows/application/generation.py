"""All parts of a project, written side by side and put together."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.futures import PrefectFuture
from prefect.utilities.annotations import quote

from factory_flows.architecture.architecture import Architecture
from factory_flows.generators.source_file import SourceFile
from factory_flows.specification.specification import Specification

if TYPE_CHECKING:
    from factory_flows.generators.parts import Parts


def choose_parts(specification: Specification) -> "Parts":
    """What of a specification is written. Raises `NotGenerated`."""
    from factory_flows.generators.parts import parts_of  # noqa: PLC0415 - generators where files are written

    return parts_of(specification)


@task(name="generate", task_run_name="generate-{part}", persist_result=False, cache_policy=NO_CACHE)
def generate_part(part: str, specification: Specification, architecture: Architecture) -> list[SourceFile]:
    """The files of one part. Raises `ValueError` for what it cannot write, with what to do."""
    from factory_flows.generators.parts import generator_of  # noqa: PLC0415 - generators where files are written

    return list(generator_of(part)(specification, architecture))


@task(name="document", task_run_name="document-{part}", persist_result=False, cache_policy=NO_CACHE)
def document_part(
    part: str, specification: Specification, architecture: Architecture, written: Sequence[SourceFile]
) -> list[SourceFile]:
    """Documents in one form, which tell of the other parts' files."""
    from factory_flows.generators.parts import document_generator_of  # noqa: PLC0415 - as above

    return list(document_generator_of(part)(specification, architecture, written))


def generate_parts(parts: "Parts", architecture: Architecture) -> list[SourceFile]:
    """The files of all parts, side by side; then the documents that tell of them, side by side."""
    futures: list[PrefectFuture[list[SourceFile]]] = [
        generate_part.submit(part, parts.specification, architecture) for part in parts.written
    ]
    written = [file for future in futures for file in future.result()]
    futures = [
        document_part.submit(part, parts.specification, architecture, quote(written)) for part in parts.documents
    ]
    return written + [file for future in futures for file in future.result()]


@task(name="assemble-project", persist_result=False, cache_policy=NO_CACHE)
def assemble_project(folder: Path, files: Sequence[SourceFile], specification: Specification, who: str) -> Path:
    """Put the files into a new folder, named after the application, with what a later build needs to know.

    Raises `OutsideProject` and `PathClash` for files that can't lie in one project.
    """
    from factory_flows.regeneration.build import assemble  # noqa: PLC0415 - where a project is written

    project = folder / specification.slug
    assemble(project, files, specification, who=who)
    return project


def zipped(project: Path) -> Iterator[bytes]:
    """The project as a zip, piece by piece."""
    from factory_flows.regeneration.archive import archive  # noqa: PLC0415 - as above

    return archive(project)
