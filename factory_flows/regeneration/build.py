"""A project is built, built again, and taken back."""

from collections.abc import Iterable
from pathlib import Path

from factory_flows.generators.source_file import SourceFile
from factory_flows.regeneration.audit import What, add_row, current_build
from factory_flows.regeneration.history import History
from factory_flows.regeneration.manifest import Pristine, kept_files, pristine, read_pristine
from factory_flows.regeneration.paths import FACTORY, located
from factory_flows.regeneration.plan import Step, diff, plan
from factory_flows.regeneration.report import Change, Outcome, Report
from factory_flows.regeneration.workspace import changed_copy, new_folder, put, remove
from factory_flows.specification.specification import Specification


def assemble(project: Path, files: Iterable[SourceFile], specification: Specification, *, who: str) -> Report:
    """Writes generated files into a new folder, with all that a later build needs to know in its `.factory`.

    Args:
        project: A folder that is empty or not there yet.
        files: Of all generators, in whatever order.
        specification: What they were generated from.
        who: For the audit.

    Raises:
        FileExistsError: There is something in the folder.
        OutsideProject, PathClash: The files can't lie in one project.
    """
    build = pristine(files)
    with new_folder(project) as folder:
        for written in build.manifest.files:
            put(located(folder, written.path), build.contents[written.path], executable=written.executable)
        _keep(folder, build, specification)
        number = History(folder).record("build")
        add_row(folder, who=who, what="build", before=None, after=number)
    changes = tuple(Change(path=written.path, outcome=Outcome.ADDED) for written in build.manifest.files)
    return Report(build=number, changes=changes)


def regenerate(
    project: Path,
    files: Iterable[SourceFile],
    specification: Specification,
    *,
    who: str,
    what: What = "regenerate",
    dry_run: bool = False,
) -> Report:
    """Brings a project to what is generated now, and keeps what people made of it.

    What nobody changed is replaced; what both sides changed is merged line by line, with marks where they disagree;
    what the user deleted stays deleted; what is no longer generated goes, if nobody changed it. Files below a `custom`
    folder and migrations that exist are never touched. All or nothing: see `changed_copy`.

    Raises:
        NoFactoryProject: The folder is no project of the factory, or its `.factory` was tampered with.
        OutsideProject, PathClash: Files can't be where they should.
    """
    after = pristine(files)
    present = read_pristine(project)
    if dry_run:
        steps = plan(project, present, after)
        return Report(build=None, changes=_changes(steps), diff=diff(project, steps))
    with changed_copy(project) as folder:
        steps = plan(folder, read_pristine(folder), after)
        difference = diff(folder, steps)
        before = _keep_edits(folder, who)
        for step in steps:
            _take(folder, step)
        _keep(folder, after, specification)
        number = History(folder).record(what)
        add_row(folder, who=who, what=what, before=before, after=number)
    return Report(build=number, changes=_changes(steps), diff=difference)


def rollback(project: Path, build: int, *, who: str) -> int:
    """Takes a project back to what it was after an earlier build; what was changed since is kept as a build of its own.

    Files that the project's `.gitignore` names (installed packages, the database, `.env`) stay as they are.

    Returns:
        The build that what was there before can be got back from.

    Raises:
        NoSuchBuild: There is none of that number.
        NoFactoryProject: The folder is no project of the factory, or its `.factory` was tampered with.
    """
    read_pristine(project)
    with changed_copy(project) as folder:
        before = _keep_edits(folder, who)
        History(folder).restore(build)
        add_row(folder, who=who, what="rollback", before=before, after=build)
    return before


def _keep_edits(folder: Path, who: str) -> int:
    """The number of the build that has the project as it is, which is made where people changed it since the last."""
    history = History(folder)
    last = current_build(folder)
    if last is not None and last in history.builds() and not history.differs(last):
        return last
    number = history.record("edits")
    add_row(folder, who=who, what="edits", before=last, after=number)
    return number


def _keep(folder: Path, build: Pristine, specification: Specification) -> None:
    for name, content in kept_files(build, specification).items():
        put(folder / FACTORY / name, content)


def _take(folder: Path, step: Step) -> None:
    if step.written is not None and step.content is not None:
        put(located(folder, step.written), step.content, executable=step.executable)
    elif step.change.outcome is Outcome.REMOVED:
        remove(located(folder, step.change.path), folder)


def _changes(steps: Iterable[Step]) -> tuple[Change, ...]:
    return tuple(step.change for step in steps)
