"""Paths of generated files: inside of the project, each of its own, on every file system."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Annotated, Final

from pydantic import AfterValidator

FACTORY: Final = ".factory"

_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_KEPT: Final = frozenset({".git", FACTORY})
_MIGRATION_FOLDERS: Final = frozenset({"migrations", "migration", "versions"})
_NUMBERED: Final = re.compile(r"V?\d")


class OutsideProject(ValueError):
    """A path leads out of the project, or into what is not the generators' to write."""


class PathClash(ValueError):
    """Two generated files would be one on some file system, or a file lies where a folder has to be."""


def checked(path: PurePosixPath) -> PurePosixPath:
    """The path, if a generated file may have it.

    Raises:
        OutsideProject: It is absolute, climbs out, has characters that a file system refuses, or is a part of `.git` or
            `.factory`.
    """
    parts = path.parts
    if path.is_absolute() or not parts or ".." in parts:
        raise OutsideProject(f"{path}: a generated file lies inside its project.")
    for part in parts:
        if _FORBIDDEN.search(part) or _DEVICES.fullmatch(part) or part != part.strip() or part.endswith("."):
            raise OutsideProject(f"{path}: not every file system can have a file of that name.")
    if parts[0].lower() in _KEPT or any(part.lower() == ".git" for part in parts):
        raise OutsideProject(f"{path}: what is in .git and .factory is not generated.")
    return path


InProject = Annotated[PurePosixPath, AfterValidator(checked)]


def check_distinct(paths: Iterable[PurePosixPath]) -> None:
    """Whether all of them can be files beside each other.

    Raises:
        PathClash: Two differ by case alone or not at all, or one is a folder of another.
    """
    seen: dict[str, PurePosixPath] = {}
    for path in paths:
        folded = _folded(path)
        if folded in seen:
            raise PathClash(f"{path} and {seen[folded]} are one file where case does not count: rename one.")
        seen[folded] = path
    for path in seen.values():
        for parent in path.parents:
            if _folded(parent) in seen:
                raise PathClash(f"{path} needs {parent} to be a folder, and it is generated as a file.")


def _folded(path: PurePosixPath) -> str:
    """The same for paths that some file system takes for one: of other case, or accents written otherwise."""
    return unicodedata.normalize("NFC", str(path)).casefold()


def is_extension(path: PurePosixPath) -> bool:
    """Whether it lies in a `custom` folder, which is the user's from its first build on."""
    return "custom" in path.parts[:-1]


def is_migration(path: PurePosixPath) -> bool:
    """Whether it is a numbered step of the database: `migrations/0002_loans.py`, `db/migration/V2__loans.sql`."""
    folders = {part.lower() for part in path.parts[:-1]}
    return bool(folders & _MIGRATION_FOLDERS) and _NUMBERED.match(path.name) is not None


def located(project: Path, path: PurePosixPath) -> Path:
    """Where a path is in a project.

    Raises:
        OutsideProject: A symbolic link on the way leads somewhere else.
        PathClash: A file lies where a folder has to be.
    """
    place = project
    for part in checked(path).parts[:-1]:
        place /= part
        if place.is_symlink():
            raise OutsideProject(f"{path}: {place.relative_to(project)} is a symbolic link; make it a folder again.")
        if place.exists() and not place.is_dir():
            raise PathClash(f"{path}: {place.relative_to(project)} is a file, where a folder has to be; rename it.")
    return place / path.name


def spelt_otherwise(project: Path, path: PurePosixPath) -> bool:
    """Whether the project has this path but for its case."""
    place = project
    for part in path.parts:
        if not place.is_dir():
            return False
        names = [entry.name for entry in place.iterdir()]
        if part not in names:
            return any(name.casefold() == part.casefold() for name in names)
        place /= part
    return False
