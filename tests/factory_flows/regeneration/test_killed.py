"""A build that dies, at whatever moment, leaves the old project or the new one, whole."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from factory_flows.generators.source_file import SourceFile
from factory_flows.regeneration import build, workspace
from factory_flows.regeneration.build import assemble, regenerate, rollback
from factory_flows.specification.specification import Specification

pytestmark = [pytest.mark.factory, pytest.mark.resilience]

FORKED = multiprocessing.get_context("fork")


def version(word: str) -> list[SourceFile]:
    return [SourceFile(path=f"src/{number}.txt", content=f"{word}\n") for number in range(20)]


def words(project: Path) -> set[str]:
    return {(project / f"src/{number}.txt").read_text() for number in range(20)}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def regenerate_and_die(project: Path, specification: Specification, files: int) -> None:
    """Dies when so many files are written."""
    put, left = build.put, iter(range(files))

    def dying(place: Path, content: bytes, *, executable: bool = False) -> None:
        if next(left, None) is None:
            die()
        put(place, content, executable=executable)

    build.put = dying
    regenerate(project, version("second"), specification, who="ada")


def regenerate_and_die_exchanged(project: Path, specification: Specification) -> None:
    """Dies as soon as the new project is in its place, before the old one is cleared away."""
    exchange = workspace._exchange

    def dying(one: Path, other: Path) -> None:
        exchange(one, other)
        die()

    workspace._exchange = dying
    regenerate(project, version("second"), specification, who="ada")


def kill(target: object, *args: object) -> None:
    child = FORKED.Process(target=target, args=args)
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL


@pytest.fixture
def project(tmp_path: Path, specification: Specification) -> Path:
    assemble(tmp_path / "books", version("first"), specification, who="ada")
    return tmp_path / "books"


@pytest.mark.parametrize("files", [0, 1, 10, 19, 20, 22])
def test_killed_while_it_writes_the_old_project_is_whole(
    project: Path, specification: Specification, files: int
) -> None:
    kill(regenerate_and_die, project, specification, files)
    assert words(project) == {"first\n"}
    report = regenerate(project, version("third"), specification, who="ada")
    assert report.build == 2
    assert not report.conflicts
    assert words(project) == {"third\n"}
    assert [place.name for place in project.parent.iterdir()] == ["books"]


def test_killed_after_the_exchange_the_new_project_is_whole(project: Path, specification: Specification) -> None:
    kill(regenerate_and_die_exchanged, project, specification)
    assert words(project) == {"second\n"}
    rollback(project, 1, who="ada")
    assert words(project) == {"first\n"}
    assert [place.name for place in project.parent.iterdir()] == ["books"]


def test_a_build_that_is_refused_leaves_nothing_behind(project: Path, specification: Specification) -> None:
    (project / "in the way").write_text("mine\n")
    files = [*version("second"), SourceFile(path="in the way/file.txt", content="")]
    with pytest.raises(ValueError, match="is a file, where a folder has to be"):
        regenerate(project, files, specification, who="ada")
    assert words(project) == {"first\n"}
    assert [place.name for place in project.parent.iterdir()] == ["books"]
