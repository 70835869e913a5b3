import io
import os
import zipfile
from pathlib import Path

import pytest

from factory_flows.generators.source_file import SourceFile
from factory_flows.regeneration.archive import archive
from factory_flows.regeneration.build import assemble, regenerate
from factory_flows.regeneration.report import Outcome
from factory_flows.specification.specification import Specification

pytestmark = pytest.mark.factory


def test_a_zip_has_the_project_and_nothing_of_this_place(
    tmp_path: Path, first: list[SourceFile], specification: Specification
) -> None:
    project = tmp_path / "books"
    assemble(project, first, specification, who="ada")
    (project / "node_modules").mkdir()
    (project / "node_modules/big.js").write_text("big")
    (project / "link").symlink_to("/etc/passwd")
    pieces = list(archive(project))
    assert len(pieces) > len(first)
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as opened:
        assert opened.testzip() is None
        names = opened.namelist()
        assert opened.getinfo("books/run.sh").external_attr >> 16 == 0o100755
    assert {"books/README.md", "books/.factory/manifest.json", "books/.factory/pristine.zip"} <= set(names)
    assert not [
        name for name in names if "node_modules" in name or "link" in name or "history" in name or "audit" in name
    ]
    os.utime(project / "README.md", (1, 1))
    assert b"".join(archive(project)) == b"".join(pieces)


def test_a_project_that_was_unpacked_elsewhere_can_be_built_again(
    tmp_path: Path, first: list[SourceFile], second: list[SourceFile], specification: Specification
) -> None:
    assemble(tmp_path / "books", first, specification, who="ada")
    with zipfile.ZipFile(io.BytesIO(b"".join(archive(tmp_path / "books")))) as opened:
        opened.extractall(tmp_path / "home")
    report = regenerate(tmp_path / "home/books", second, specification, who="bob")
    assert not report.conflicts
    assert [change.outcome for change in report.changes].count(Outcome.REPLACED) == 4
    assert report.build == 2
