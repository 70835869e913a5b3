"""What a build wrote, kept in the project's `.factory`, so that the next one knows what people changed since."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from factory_flows.generators.source_file import SourceFile
from factory_flows.regeneration.archive import deterministic_zip
from factory_flows.regeneration.paths import FACTORY, InProject, check_distinct
from factory_flows.specification.specification import Specification

GENERATOR: Final = 1  # version of what is generated; goes up when the same specification gives other files
LARGEST: Final = 64 * 2**20  # bytes of a generated file, and of a manifest

_SPECIFICATION: Final = "specification.json"
_MANIFEST: Final = "manifest.json"
_PRISTINE: Final = "pristine.zip"


class NoFactoryProject(ValueError):
    """A folder has no `.factory` that can be trusted: none at all, or one that was changed by hand."""


class Written(BaseModel):
    """A file that was generated."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: InProject
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    executable: bool = False
    requirements: tuple[str, ...] = ()


class Manifest(BaseModel):
    """All files of a build, in the order of their paths."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    generator: int = Field(ge=1)
    files: tuple[Written, ...]

    @model_validator(mode="after")
    def _distinct(self) -> "Manifest":
        check_distinct(written.path for written in self.files)
        return self


class Pristine(BaseModel):
    """The files of a build as they were generated."""

    model_config = ConfigDict(frozen=True)

    manifest: Manifest
    contents: dict[PurePosixPath, bytes]


def pristine(files: Iterable[SourceFile]) -> Pristine:
    """What is kept of generated files.

    Raises:
        OutsideProject, PathClash: They can't lie beside each other inside of a project.
    """
    ordered = sorted(files, key=lambda file: file.path)
    check_distinct(file.path for file in ordered)
    contents = {file.path: content_of(file) for file in ordered}
    written = tuple(
        Written(
            path=file.path,
            sha256=hashlib.sha256(contents[file.path]).hexdigest(),
            executable=file.executable,
            requirements=file.requirements,
        )
        for file in ordered
    )
    return Pristine(manifest=Manifest(generator=GENERATOR, files=written), contents=contents)


def content_of(file: SourceFile) -> bytes:
    """A generated file's bytes."""
    return file.content.encode() if isinstance(file.content, str) else file.content


def kept_files(build: Pristine, specification: Specification) -> Mapping[str, bytes]:
    """The files of `.factory` for a build, by name."""
    manifest = build.manifest.model_dump_json(indent=2) + "\n"
    described = specification.model_dump_json(indent=2) + "\n"
    archive = deterministic_zip((str(path), content, False) for path, content in build.contents.items())
    return {_SPECIFICATION: described.encode(), _MANIFEST: manifest.encode(), _PRISTINE: b"".join(archive)}


def read_specification(project: Path) -> Specification:
    """The specification that a project was last generated from.

    Raises:
        NoFactoryProject: It has none, or one that is not valid.
    """
    try:
        return Specification.model_validate_json(_read(project, _SPECIFICATION))
    except ValidationError as error:
        raise NoFactoryProject(f"{project}: .factory/{_SPECIFICATION} is not valid: {error}") from error


def read_pristine(project: Path) -> Pristine:
    """What a project's last build wrote. Nothing of it is written anywhere: its paths are checked, its bytes digested.

    Raises:
        NoFactoryProject: It has none, or one whose paths or digests are wrong.
    """
    try:
        manifest = Manifest.model_validate_json(_read(project, _MANIFEST))
        with zipfile.ZipFile(io.BytesIO(_read(project, _PRISTINE))) as archive:
            contents = {written.path: _member(archive, written) for written in manifest.files}
    except (ValidationError, zipfile.BadZipFile, KeyError) as error:
        raise NoFactoryProject(f"{project}: what .factory says of the last build can't be trusted: {error}") from error
    return Pristine(manifest=manifest, contents=contents)


def _member(archive: zipfile.ZipFile, written: Written) -> bytes:
    listed = archive.getinfo(str(written.path))
    if listed.file_size > LARGEST:
        raise NoFactoryProject(f"{written.path}: {listed.file_size} bytes are more than a generated file has.")
    content = archive.read(listed)
    if hashlib.sha256(content).hexdigest() != written.sha256:
        raise NoFactoryProject(
            f"{written.path}: the pristine copy is not what the manifest says; one of both was changed."
        )
    return content


def _read(project: Path, name: str) -> bytes:
    place = project / FACTORY / name
    if (project / FACTORY).is_symlink() or place.is_symlink() or not place.is_file():
        raise NoFactoryProject(
            f"{project}: there is no {FACTORY}/{name}; only a project that the factory built has one."
        )
    if place.stat().st_size > LARGEST:
        raise NoFactoryProject(f"{project}: {FACTORY}/{name} is larger than the factory writes it.")
    return place.read_bytes()
