"""Alembic's migrations of the warehouse, run from code."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

VERSION_TABLE = "warehouse_migrations"
"""Not Alembic's default: Prefect may keep its own in the same database."""

ADVISORY_LOCK = 0x57415245  # "WARE"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, with the connection that `env.py` is to use."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables up to `revision`; several processes at once wait for each other."""
    with engine.begin() as connection:  # on SQLite this holds the write lock
        _lock(connection)
        command.upgrade(configuration(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back down to `revision` (`base` drops them all)."""
    with engine.begin() as connection:
        _lock(connection)
        command.downgrade(configuration(connection), revision)


def pending_revisions(engine: Engine) -> list[str]:
    """Revisions that the database lacks, the oldest first."""
    scripts = ScriptDirectory.from_config(configuration())
    with engine.begin() as connection:
        current = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
    return [script.revision for script in scripts.iterate_revisions("head", current or "base")][::-1]


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
