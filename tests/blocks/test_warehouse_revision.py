"""Revisions one by one, and how a new one is written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from blocks.warehouse.engine import engine_for
from blocks.warehouse.migrate import configuration, downgrade, pending_revisions, upgrade

pytestmark = pytest.mark.blocks

BLOCKS = Path(__file__).parents[2] / "blocks"
REVISIONS = [script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()][::-1]


@pytest.mark.parametrize("kind", ["postgresql", "sqlite"])
def test_every_revision_goes_up_down_and_up_again(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = request.getfixturevalue("database_url") if kind == "postgresql" else f"sqlite:///{tmp_path / 'w.db'}"
    engine = engine_for(url)
    for revision, before in zip(REVISIONS, ["base", *REVISIONS[:-1]], strict=True):
        upgrade(engine, revision)
        downgrade(engine, before)
        upgrade(engine, revision)
    downgrade(engine, "base")
    with engine.begin() as connection:
        assert pending_revisions(connection) == REVISIONS


def test_a_new_revision_is_written_from_the_declared_tables(tmp_path: Path) -> None:
    shutil.copytree(BLOCKS, tmp_path / "blocks", ignore=shutil.ignore_patterns("__pycache__"))
    warehouse = tmp_path / "blocks" / "warehouse"
    declared = warehouse / "tables" / "verdicts.py"
    column = '    Column("reasons", JSON, nullable=False),\n'
    assert column in declared.read_text()
    declared.write_text(declared.read_text().replace(column, column + '    Column("channel", Text),\n'))
    write = "from blocks.warehouse.migrate import write_revision; write_revision('9000', 'channel')"
    done = subprocess.run(
        [sys.executable, "-c", write],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (written,) = warehouse.glob("migrations/versions/9000_*.py")
    assert "add_column(sa.Column('channel', sa.Text(), nullable=True))" in written.read_text()
    assert "drop_column('channel')" in written.read_text()
    assert f"down_revision = '{REVISIONS[-1]}'" in written.read_text()
