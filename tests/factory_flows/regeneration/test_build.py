import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factory_flows.generators.source_file import SourceFile
from factory_flows.regeneration.audit import audit
from factory_flows.regeneration.build import assemble, regenerate, rollback
from factory_flows.regeneration.history import NoSuchBuild
from factory_flows.regeneration.manifest import NoFactoryProject, read_specification
from factory_flows.regeneration.merge import merge
from factory_flows.regeneration.report import Outcome, Report
from factory_flows.specification.specification import Specification

pytestmark = pytest.mark.factory

Files = list[SourceFile]


@pytest.fixture
def project(tmp_path: Path, first: Files, specification: Specification) -> Path:
    folder = tmp_path / "books"
    assemble(folder, first, specification, who="ada")
    return folder


def outcomes(report: Report) -> dict[str, Outcome]:
    return {str(change.path): change.outcome for change in report.changes}


def everything(project: Path) -> dict[str, str]:
    """Digest of each file but the audit, which has times, and the history."""
    return {
        place.relative_to(project).as_posix(): hashlib.sha256(place.read_bytes()).hexdigest()
        for place in sorted(project.rglob("*"))
        if place.is_file() and "history.git" not in place.parts and place.name != "audit.jsonl"
    }


def test_a_project_has_its_files_and_knows_its_specification(project: Path, specification: Specification) -> None:
    assert (project / "backend/app/settings.py").read_text() == "port = 8000\n"
    assert os.access(project / "run.sh", os.X_OK)
    assert not os.access(project / "README.md", os.X_OK)
    assert read_specification(project) == specification
    assert [path.name for path in project.parent.iterdir()] == ["books"]


def test_the_same_files_are_the_same_bytes(tmp_path: Path, first: Files, specification: Specification) -> None:
    assemble(tmp_path / "a", first, specification, who="ada")
    assemble(tmp_path / "b", reversed(first), specification, who="bob")
    assert everything(tmp_path / "a") == everything(tmp_path / "b")
    heads = [(tmp_path / name / ".factory/history.git/refs/builds/1").read_text() for name in "ab"]
    assert heads[0] == heads[1]


def test_a_folder_that_has_something_is_not_built_into(
    project: Path, first: Files, specification: Specification
) -> None:
    with pytest.raises(FileExistsError, match="choose another folder, or generate it again"):
        assemble(project, first, specification, who="ada")


def test_a_project_of_nobody_s_is_replaced(project: Path, second: Files, specification: Specification) -> None:
    report = regenerate(project, second, specification, who="ada")
    assert outcomes(report) == {
        ".gitignore": Outcome.UNCHANGED,
        "README.md": Outcome.REPLACED,
        "backend/app/custom/routes.py": Outcome.UNCHANGED,
        "backend/app/loans.py": Outcome.ADDED,
        "backend/app/main.py": Outcome.REPLACED,
        "backend/app/settings.py": Outcome.REPLACED,
        "backend/migrations/versions/0001_initial.py": Outcome.KEPT_MIGRATION,
        "backend/migrations/versions/0002_loans.py": Outcome.ADDED,
        "docs/guide.pdf": Outcome.REPLACED,
        "old/only.txt": Outcome.REMOVED,
        "run.sh": Outcome.UNCHANGED,
    }
    assert not (project / "old").exists()
    assert (project / "backend/migrations/versions/0001_initial.py").read_text() == "create = 1\n"
    assert (project / "backend/app/custom/routes.py").read_text() == "# yours\n"


def test_what_people_made_of_it_is_kept(project: Path, second: Files, specification: Specification) -> None:
    main = project / "backend/app/main.py"
    main.write_text(main.read_text().replace("return 1", "return 1000"))
    (project / "backend/app/settings.py").write_text("port = 7000\n")
    (project / "backend/app/loans.py").write_text("mine = True\n")
    (project / "backend/app/custom/routes.py").write_text("mine\n")
    (project / "backend/app/custom/more.py").write_text("mine, too\n")
    (project / "docs/guide.pdf").write_bytes(b"mine\x00")
    (project / "README.md").unlink()
    (project / "old/only.txt").write_text("mine\n")
    (project / ".env").write_text("SECRET_KEY=x\n")

    report = regenerate(project, second, specification, who="ada")

    assert main.read_text() == "import one\nimport two\n\n\ndef start():\n    return 1000\n\n\nstart()\n"
    marked = (project / "backend/app/settings.py").read_text()
    assert marked.splitlines() == ["<<<<<<< yours", "port = 7000", "=======", "port = 9000", ">>>>>>> generated"]
    assert (project / "backend/app/loans.py").read_text() == "mine = True\n"
    assert (project / "backend/app/loans.py.new").read_text() == "loans = []\n"
    assert (project / "backend/app/custom/routes.py").read_text() == "mine\n"
    assert (project / "backend/app/custom/more.py").read_text() == "mine, too\n"
    assert (project / "docs/guide.pdf").read_bytes() == b"mine\x00"
    assert (project / "docs/guide.pdf.new").read_bytes() == b"%PDF-2\x00\xff"
    assert not (project / "README.md").exists()
    assert (project / "old/only.txt").read_text() == "mine\n"
    assert (project / ".env").read_text() == "SECRET_KEY=x\n"
    assert [str(change.path) for change in report.conflicts] == [
        "backend/app/loans.py",
        "backend/app/settings.py",
        "docs/guide.pdf",
    ]
    again = outcomes(regenerate(project, second, specification, who="ada"))
    assert set(again.values()) == {Outcome.UNCHANGED, Outcome.KEPT, Outcome.LEFT_DELETED}
    assert again["README.md"] is Outcome.LEFT_DELETED


def test_a_dry_run_tells_and_does_nothing(project: Path, second: Files, specification: Specification) -> None:
    before = everything(project)
    report = regenerate(project, second, specification, who="ada", dry_run=True)
    assert everything(project) == before
    assert report.build is None
    assert (
        "--- a/backend/app/settings.py\n+++ b/backend/app/settings.py\n@@ -1 +1 @@\n-port = 8000\n+port = 9000\n"
        in report.diff
    )
    assert "--- a/old/only.txt\n+++ /dev/null\n" in report.diff
    assert "--- /dev/null\n+++ b/backend/app/loans.py\n" in report.diff
    assert "Binary files a/docs/guide.pdf and b/docs/guide.pdf differ\n" in report.diff


def test_every_build_can_be_gone_back_to(project: Path, second: Files, specification: Specification) -> None:
    fresh = everything(project)
    (project / "README.md").write_text("# Mine\r\n")
    (project / ".env").write_text("SECRET_KEY=x\n")
    edited = everything(project)
    built = regenerate(project, second, specification, who="bob", what="add_feature").build
    regenerated = everything(project)
    (project / "late.txt").write_text("late\n")
    late = rollback(project, 1, who="cyd")
    assert everything(project) == fresh | {".env": edited[".env"]}
    rollback(project, 2, who="cyd")
    assert everything(project) == edited
    rollback(project, late, who="cyd")
    assert everything(project) == regenerated | {"late.txt": hashlib.sha256(b"late\n").hexdigest()}
    assert built == 3
    assert [(row.who, row.what, row.before, row.after) for row in audit(project)] == [
        ("ada", "build", None, 1),
        ("bob", "edits", 1, 2),
        ("bob", "add_feature", 2, 3),
        ("cyd", "edits", 3, 4),
        ("cyd", "rollback", 4, 1),
        ("cyd", "rollback", 1, 2),
        ("cyd", "rollback", 2, 4),
    ]
    with pytest.raises(NoSuchBuild, match="There is no build 99; there are 1, 2, 3, 4"):
        rollback(project, 99, who="cyd")


def test_a_project_that_goes_on_after_a_way_back_is_merged_with_what_it_was(
    project: Path, first: Files, second: Files, specification: Specification
) -> None:
    regenerate(project, second, specification, who="ada")
    rollback(project, 1, who="ada")
    assert set(outcomes(regenerate(project, first, specification, who="ada")).values()) == {Outcome.UNCHANGED}


def test_only_a_project_of_the_factory_is_built_again(
    tmp_path: Path, first: Files, specification: Specification
) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(NoFactoryProject, match="only a project that the factory built has one"):
        regenerate(tmp_path / "mine", first, specification, who="ada")


def test_files_that_can_not_be_linked_are_copied(
    project: Path, second: Files, specification: Specification, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(source: str, target: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    (project / "mine.txt").write_text("mine\n")
    monkeypatch.setattr(os, "link", refused)
    regenerate(project, second, specification, who="ada")
    assert (project / "mine.txt").read_text() == "mine\n"


def test_builds_at_the_same_time_wait_for_each_other(
    project: Path, second: Files, specification: Specification
) -> None:
    with ThreadPoolExecutor(6) as pool:
        builds = [
            pool.submit(regenerate, project, second, specification, who=f"worker {number}") for number in range(6)
        ]
        numbers = {each.result().build for each in builds}
    assert numbers == {2, 3, 4, 5, 6, 7}
    assert [row.after for row in audit(project)] == [1, 2, 3, 4, 5, 6, 7]


LINES = st.lists(st.sampled_from(["a", "b", "", "}", "import x"]), max_size=12)


@settings(max_examples=40, deadline=None)
@given(pristine=LINES, generated=LINES, edits=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 9)), max_size=6))
def test_a_merge_loses_no_line_of_the_user_s(
    pristine: list[str], generated: list[str], edits: list[tuple[int, int]]
) -> None:
    users = list(pristine)
    for at, number in edits:
        users.insert(at, f"mine {number}")
    merged = merge(*("".join(f"{line}\n" for line in lines).encode() for lines in (pristine, users, generated)))
    result = merged.content.decode().splitlines()
    kept = [line for line in result if line.startswith("mine")]
    assert kept == [line for line in users if line.startswith("mine")]


FILE = st.lists(st.sampled_from(["one", "two", "three"]), min_size=1, max_size=6).map("\n".join)
VERSION = st.dictionaries(st.sampled_from(["a.txt", "b/c.txt", "b/d.txt", "e.txt"]), FILE, min_size=1)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=VERSION, new=VERSION, edits=st.dictionaries(st.sampled_from(["a.txt", "b/c.txt", "e.txt", "f.txt"]), FILE))
def test_whatever_is_generated_edits_survive(
    tmp_path_factory: pytest.TempPathFactory,
    specification: Specification,
    old: dict[str, str],
    new: dict[str, str],
    edits: dict[str, str],
) -> None:
    project = tmp_path_factory.mktemp("any") / "project"
    assemble(project, [SourceFile(path=p, content=c) for p, c in old.items()], specification, who="ada")
    for path, added in edits.items():
        (project / path).parent.mkdir(exist_ok=True)
        (project / path).write_text(f"{old.get(path, '')}\nmine\n{added}\n")
    regenerate(project, [SourceFile(path=p, content=c) for p, c in new.items()], specification, who="ada")
    for path in edits:
        assert "mine" in (project / path).read_text().splitlines()
    for path in set(old) - set(edits) - set(new):
        assert not (project / path).exists()
    for path in set(new) - set(edits):
        assert (project / path).read_text() == new[path]
