"""Alembic's migrations of the warehouse, run from code.

A new revision: change `tables.py`, then `python -c 'from blocks.warehouse.migrate import write_revision;
write_revision("0002", "what it adds")'`, and read what it wrote; the tests hold tables and migrations equal.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, text

from blocks.warehouse.errors import ForeignTables

VERSION_TABLE = "warehouse_migrations"
"""Not Alembic's default: Prefect may keep its own in the same database."""

MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 0x57415245  # "WARE"

_one_at_a_time = threading.Lock()  # Alembic's context is one per process


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, with the connection that `env.py` is to use."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables up to `revision`; several processes at once wait for each other. Raises `ForeignTables`."""
    with _known(), _one_at_a_time, engine.begin() as connection:  # on SQLite this holds the write lock
        _lock(connection)
        command.upgrade(configuration(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back down to `revision` (`base` drops them all)."""
    with _one_at_a_time, engine.begin() as connection:
        _lock(connection)
        command.downgrade(configuration(connection), revision)


def pending_revisions(connection: Connection) -> list[str]:
    """Revisions that the database lacks, the oldest first. Raises `ForeignTables`."""
    with _known():
        scripts = ScriptDirectory.from_config(configuration())
        current = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
        return [script.revision for script in scripts.iterate_revisions("head", current or "base")][::-1]


def write_revision(revision: str, message: str) -> None:
    """Write the migration that leads from the newest revision to the tables as they are declared now."""
    engine = create_engine("sqlite://")
    upgrade(engine)
    with _one_at_a_time, engine.begin() as connection:
        command.revision(configuration(connection), message, autogenerate=True, rev_id=revision)
    engine.dispose()


@contextmanager
def _known() -> Iterator[None]:
    try:
        yield
    except (CommandError, RevisionError) as error:
        raise ForeignTables(str(error)) from error


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
