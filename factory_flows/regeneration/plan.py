"""What a build has to do to each file of a project, before anything is done."""

import difflib
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict

from factory_flows.regeneration.manifest import Pristine
from factory_flows.regeneration.merge import is_text, merge
from factory_flows.regeneration.paths import is_extension, is_migration, located, spelt_otherwise
from factory_flows.regeneration.report import Change, Outcome


class Step(BaseModel):
    """A change with what is written for it; without content nothing is, and what is `removed` goes."""

    model_config = ConfigDict(frozen=True)

    change: Change
    written: PurePosixPath | None = None
    content: bytes | None = None
    executable: bool = False


def plan(project: Path, before: Pristine, after: Pristine) -> tuple[Step, ...]:
    """A step for each file of both builds, in the order of their paths.

    Raises:
        OutsideProject, PathClash: Links or files of the project are in the way.
    """
    executable = {written.path: written.executable for written in after.manifest.files}
    steps = []
    for path in sorted({*before.contents, *after.contents}):
        step = _step(project, path, before.contents.get(path), after.contents.get(path))
        steps.append(step.model_copy(update={"executable": executable.get(path, False)}))
    return tuple(steps)


def _step(project: Path, path: PurePosixPath, pristine: bytes | None, generated: bytes | None) -> Step:
    place = located(project, path)
    there = place.exists() or place.is_symlink()
    whole = place.is_file() and not place.is_symlink()
    users = place.read_bytes() if whole else None
    if generated is None:
        return _no_longer_generated(path, pristine, users, there=there)
    if pristine is None:
        return _new(project, path, users, generated, there=there)
    if not there:
        return _left(path, Outcome.LEFT_DELETED)
    if is_extension(path) or is_migration(path):
        return _users_own(path, pristine, users, generated)
    if users is None:
        return _beside(project, path, generated, "it is a link or a folder now")
    return _known(project, path, pristine, users, generated)


def _users_own(path: PurePosixPath, pristine: bytes, users: bytes | None, generated: bytes) -> Step:
    """What is never touched, once it is there."""
    if is_migration(path) and generated not in {pristine, users}:
        return _left(path, Outcome.KEPT_MIGRATION, "it would be written otherwise now: add a migration after it")
    return _left(path, Outcome.UNCHANGED if users == pristine else Outcome.KEPT)


def _no_longer_generated(path: PurePosixPath, pristine: bytes | None, users: bytes | None, *, there: bool) -> Step:
    if not there:
        return _left(path, Outcome.LEFT_DELETED)
    if users != pristine or is_extension(path) or is_migration(path):
        return _left(path, Outcome.KEPT, "it is no longer generated")
    return _left(path, Outcome.REMOVED)


def _new(project: Path, path: PurePosixPath, users: bytes | None, generated: bytes, *, there: bool) -> Step:
    if not there and not spelt_otherwise(project, path):
        return _write(path, Outcome.ADDED, generated)
    if users == generated:
        return _left(path, Outcome.UNCHANGED)
    if is_extension(path):
        return _left(path, Outcome.KEPT)
    return _beside(project, path, generated, "there is one of that name already")


def _known(project: Path, path: PurePosixPath, pristine: bytes, users: bytes, generated: bytes) -> Step:
    if users == generated:
        return _left(path, Outcome.UNCHANGED)
    if users == pristine:
        return _write(path, Outcome.REPLACED, generated)
    if pristine == generated:
        return _left(path, Outcome.KEPT)
    if not all(map(is_text, (pristine, users, generated))):
        return _beside(project, path, generated, "both sides changed it, and it is no text that could be merged")
    merged = merge(pristine, users, generated)
    if merged.conflicts:
        places = "one place" if merged.conflicts == 1 else f"{merged.conflicts} places"
        return _write(path, Outcome.CONFLICT, merged.content, f"both sides changed {places}; see the conflict marks")
    return _write(path, Outcome.MERGED, merged.content)


def _beside(project: Path, path: PurePosixPath, generated: bytes, why: str) -> Step:
    """The user's stays as it is, and ours goes beside it."""
    beside = path.with_name(f"{path.name}.new")
    number = 1
    while (place := located(project, beside)).is_symlink() or (place.exists() and _differs(place, generated)):
        number += 1
        beside = path.with_name(f"{path.name}.new{number}")
    note = f"{why}; the generated one is beside it: {beside.name}"
    return Step(change=Change(path=path, outcome=Outcome.CONFLICT, note=note), written=beside, content=generated)


def _differs(place: Path, content: bytes) -> bool:
    return not place.is_file() or hashlib.sha256(place.read_bytes()).digest() != hashlib.sha256(content).digest()


def _left(path: PurePosixPath, outcome: Outcome, note: str = "") -> Step:
    return Step(change=Change(path=path, outcome=outcome, note=note))


def _write(path: PurePosixPath, outcome: Outcome, content: bytes, note: str = "") -> Step:
    return Step(change=Change(path=path, outcome=outcome, note=note), written=path, content=content)


def diff(project: Path, steps: tuple[Step, ...]) -> str:
    """All that the steps change, as a unified diff."""
    return "".join(piece for step in steps for piece in _diff(project, step))


def _diff(project: Path, step: Step) -> Iterator[str]:
    removed = step.change.outcome is Outcome.REMOVED
    if step.written is None and not removed:
        return
    path = step.written or step.change.path
    place = located(project, path)
    old = place.read_bytes() if place.is_file() else b""
    new = step.content or b""
    if not (is_text(old) and is_text(new)):
        yield f"Binary files a/{path} and b/{path} differ\n"
        return
    before, after = (list(io.StringIO(text.decode(), newline="\n")) for text in (old, new))
    fromfile = f"a/{path}" if place.exists() else "/dev/null"
    tofile = "/dev/null" if removed else f"b/{path}"
    for line in difflib.unified_diff(before, after, fromfile, tofile):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
