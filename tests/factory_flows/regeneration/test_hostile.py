"""Nothing leads out of a project, whoever wrote its files and its `.factory`."""

import json
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from factory_flows.generators.source_file import SourceFile
from factory_flows.regeneration.build import assemble, regenerate, rollback
from factory_flows.regeneration.manifest import NoFactoryProject
from factory_flows.regeneration.paths import OutsideProject, PathClash, checked
from factory_flows.regeneration.report import Outcome
from factory_flows.specification.specification import Specification

pytestmark = pytest.mark.factory

Files = list[SourceFile]


@pytest.fixture
def project(tmp_path: Path, first: Files, specification: Specification) -> Path:
    folder = tmp_path / "books"
    assemble(folder, first, specification, who="ada")
    return folder


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../x",
        "a/../../x",
        ".git/config",
        ".GIT/config",
        "a/.git/hooks/x",
        ".factory/manifest.json",
        "con",
        "a/NUL.txt",
        "a\\..\\b",
        "C:x",
        "a/b ",
        "a.",
        "a\nb",
    ],
)
def test_paths_that_are_no_place_for_a_generated_file(path: str) -> None:
    with pytest.raises(OutsideProject):
        checked(PurePosixPath(path))


@pytest.mark.parametrize(
    "paths", [("a.txt", "A.txt"), ("a", "a/b"), ("A", "a/b"), ("x/y", "x/y"), ("\u00e9.txt", "e\u0301.txt")]
)
def test_files_that_would_be_one_are_refused(
    tmp_path: Path, specification: Specification, paths: tuple[str, str]
) -> None:
    files = [SourceFile(path=path, content="") for path in paths]
    with pytest.raises(PathClash):
        assemble(tmp_path / "project", files, specification, who="ada")
    assert list(tmp_path.iterdir()) == []


def test_a_linked_folder_is_not_written_through(
    project: Path, tmp_path: Path, second: Files, specification: Specification
) -> None:
    outside = tmp_path / "outside"
    (project / "backend/app").rename(outside)
    (project / "backend/app").symlink_to(outside)
    before = {place.name: place.read_bytes() for place in outside.iterdir() if place.is_file()}
    with pytest.raises(OutsideProject, match="backend/app is a symbolic link"):
        regenerate(project, second, specification, who="ada")
    assert {place.name: place.read_bytes() for place in outside.iterdir() if place.is_file()} == before


def test_a_linked_file_is_neither_read_nor_written(
    project: Path, tmp_path: Path, second: Files, specification: Specification
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    (project / "README.md").unlink()
    (project / "README.md").symlink_to(secret)
    report = regenerate(project, second, specification, who="ada")
    assert [str(change.path) for change in report.conflicts] == ["README.md"]
    assert secret.read_text() == "secret\n"
    assert (project / "README.md").is_symlink()
    assert (project / "README.md.new").read_text() == "# Books and loans\n"
    assert "secret" not in report.diff


def test_a_file_that_differs_by_case_is_not_overwritten(
    project: Path, second: Files, specification: Specification
) -> None:
    (project / "backend/app/Loans.py").write_text("mine\n")
    report = regenerate(project, second, specification, who="ada")
    assert [str(change.path) for change in report.conflicts] == ["backend/app/loans.py"]
    assert (project / "backend/app/Loans.py").read_text() == "mine\n"
    assert not (project / "backend/app/loans.py").exists()


@pytest.mark.parametrize("path", ["../victim", "/victim", ".git/config"])
def test_a_manifest_can_not_have_files_outside_removed(
    project: Path, tmp_path: Path, second: Files, specification: Specification, path: str
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("old\n")
    place = project / ".factory/manifest.json"
    manifest = json.loads(place.read_text())
    next(each for each in manifest["files"] if each["path"] == "old/only.txt")["path"] = path
    place.write_text(json.dumps(manifest))
    with pytest.raises(NoFactoryProject, match="can't be trusted"):
        regenerate(project, second, specification, who="ada")
    assert victim.read_text() == "old\n"


def test_a_manifest_can_not_call_an_edit_pristine(project: Path, second: Files, specification: Specification) -> None:
    (project / "README.md").write_text("mine\n")
    with zipfile.ZipFile(project / ".factory/pristine.zip") as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(project / ".factory/pristine.zip", "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, b"mine\n" if name == "README.md" else content)
    with pytest.raises(NoFactoryProject, match="one of both was changed"):
        regenerate(project, second, specification, who="ada")
    assert (project / "README.md").read_text() == "mine\n"


def test_a_linked_factory_folder_is_not_trusted(
    project: Path, tmp_path: Path, second: Files, specification: Specification
) -> None:
    (project / ".factory").rename(tmp_path / "elsewhere")
    (project / ".factory").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NoFactoryProject):
        regenerate(project, second, specification, who="ada")


def test_a_history_runs_nothing_that_lies_in_it(project: Path, second: Files, specification: Specification) -> None:
    run = project.parent / "ran"
    git = project / ".factory/history.git"
    (git / "config").write_text(f'[core]\n\tfsmonitor = "touch {run}"\n[filter "x"]\n\tclean = "touch {run}; cat"\n')
    (git / "hooks").mkdir()
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        (git / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {run}\n")
        (git / "hooks" / hook).chmod(0o755)
    (project / ".gitattributes").write_text("* filter=x text eol=crlf\n")
    regenerate(project, second, specification, who="ada")
    rollback(project, 1, who="ada")
    assert not run.exists()


@pytest.mark.parametrize("name", ["info", "refs", "objects"])
def test_a_history_that_links_elsewhere_is_refused(
    project: Path, tmp_path: Path, second: Files, specification: Specification, name: str
) -> None:
    (project / ".factory/history.git" / name).rename(tmp_path / name)
    (project / ".factory/history.git" / name).symlink_to(tmp_path / name)
    with pytest.raises(NoFactoryProject, match="delete it to start a new history"):
        regenerate(project, second, specification, who="ada")
    (project / ".factory/history.git" / name).unlink()


def test_a_folder_in_the_way_is_kept(project: Path, second: Files, specification: Specification) -> None:
    (project / "README.md").unlink()
    (project / "README.md").mkdir()
    (project / "README.md/mine").write_text("mine\n")
    report = regenerate(project, second, specification, who="ada")
    assert {change.outcome for change in report.conflicts} == {Outcome.CONFLICT}
    assert (project / "README.md/mine").read_text() == "mine\n"
