import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from factory_flows.generators.source_file import SourceFile
from factory_flows.regeneration.build import assemble, regenerate
from factory_flows.specification.specification import Specification

pytestmark = [pytest.mark.factory, pytest.mark.resilience]


def version(word: str) -> list[SourceFile]:
    return [SourceFile(path=f"src/{number}.txt", content=f"{word}\n") for number in range(40)]


def flip(project: Path, specification: Specification, started: float) -> None:
    """Generates one version after the other until it is killed."""
    for number in range(1000):
        regenerate(project, version(f"word {number}"), specification, who="ada")


def test_a_build_that_is_killed_leaves_a_whole_project(tmp_path: Path, specification: Specification) -> None:
    project = tmp_path / "books"
    assemble(project, version("first"), specification, who="ada")
    forked = multiprocessing.get_context("fork")
    for attempt in range(8):
        child = forked.Process(target=flip, args=(project, specification, 0.0))
        child.start()
        assert child.pid
        time.sleep(0.06 + 0.017 * attempt)
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        words = {(project / f"src/{number}.txt").read_text() for number in range(40)}
        assert len(words) == 1
    report = regenerate(project, version("last"), specification, who="ada")
    assert len(report.changes) == 40
    assert not report.conflicts
    assert [place.name for place in tmp_path.iterdir()] == ["books"]


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path, specification: Specification) -> None:
    project = tmp_path / "books"
    assemble(project, version("first"), specification, who="ada")
    (project / "in the way").write_text("mine\n")
    files = [*version("second"), SourceFile(path="in the way/file.txt", content="")]
    with pytest.raises(ValueError, match="is a file, where a folder has to be"):
        regenerate(project, files, specification, who="ada")
    assert {(project / f"src/{number}.txt").read_text() for number in range(40)} == {"first\n"}
    assert [place.name for place in tmp_path.iterdir()] == ["books"]
