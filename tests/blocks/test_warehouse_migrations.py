"""Alembic's revisions against the tables that code declares, on PostgreSQL and SQLite."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, select

from blocks.warehouse.migrate import VERSION_TABLE, downgrade, pending_revisions, upgrade
from blocks.warehouse.tables import metadata, price_forecasts, publications

pytestmark = pytest.mark.blocks


@pytest.fixture(params=["postgresql", "sqlite"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    sqlite = f"sqlite:///{tmp_path / 'warehouse.db'}"
    engine = create_engine(sqlite if request.param == "sqlite" else request.getfixturevalue("database_url"))
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_up_from_nothing_down_to_nothing_and_up_again(engine: Engine) -> None:
    for _ in range(2):
        upgrade(engine)
        assert tables(engine) == {*metadata.tables, VERSION_TABLE}
        assert differences(engine) == []
        downgrade(engine, "base")
        assert tables(engine) == {VERSION_TABLE}
    upgrade(engine)
    assert differences(engine) == []


def test_the_comparison_sees_what_is_missing(engine: Engine) -> None:
    upgrade(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE transaction_verdicts DROP COLUMN reasons")
        connection.exec_driver_sql("DROP INDEX ix_price_forecasts_symbol")
    assert sorted(str(difference[0]) for difference in differences(engine) if isinstance(difference, tuple)) == [
        "add_column",
        "add_index",
    ]


def test_primary_keys_are_those_declared(engine: Engine) -> None:
    upgrade(engine)
    for name, table in metadata.tables.items():
        found = inspect(engine).get_pk_constraint(name)
        assert found["constrained_columns"] == [column.name for column in table.primary_key]


def test_what_is_behind_is_named_until_it_is_not(engine: Engine) -> None:
    with engine.connect() as connection:
        assert pending_revisions(connection)[0] == "0001"
    upgrade(engine, "0001")
    upgrade(engine)
    with engine.connect() as connection:
        assert pending_revisions(connection) == []


def test_migrating_again_keeps_rows(engine: Engine) -> None:
    upgrade(engine)
    entry = {"run_id": "run-1", "table_name": "t", "row_count": 0, "rows_sha256": "0" * 64}
    with engine.begin() as connection:
        connection.execute(publications.insert(), entry | {"published_at": datetime.now(UTC)})
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.scalar(select(publications.c.run_id)) == "run-1"
        assert connection.execute(select(price_forecasts)).all() == []


def test_another_programs_migrations_in_the_same_database_are_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:  # as Prefect keeps its own
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('of-prefect')")
    upgrade(engine)
    downgrade(engine, "base")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == "of-prefect"
