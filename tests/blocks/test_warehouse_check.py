"""What is wrong with a warehouse is said plainly, and secrets are never part of it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import ValidationError
from sqlalchemy import NullPool, create_engine, make_url, text

from blocks.warehouse import Warehouse, WarehouseError
from blocks.warehouse.engine import engine_for
from blocks.warehouse.tables import price_forecasts
from tests.blocks.forecast_rows import forecasts
from tests.conftest import free_port

pytestmark = pytest.mark.blocks


def complaint(warehouse: Warehouse) -> str:
    with pytest.raises(WarehouseError) as caught:
        warehouse.check()
    assert caught.value.__cause__ is None, "the driver's error, which quotes statements, is not shown"
    return str(caught.value)


def test_nothing_is_said_of_a_warehouse_that_works(database_url: str, tmp_path: Path) -> None:
    server = Warehouse(url=database_url)
    server.migrate()
    server.check()
    Warehouse(url=f"sqlite:///{tmp_path / 'w.db'}").check()


def test_a_server_that_is_away(tmp_path: Path) -> None:
    message = complaint(Warehouse(url=f"postgresql+psycopg://ada:s3cret@127.0.0.1:{free_port()}/books?sslkey=s3cret"))
    assert "cannot be reached" in message
    assert "onnection refused" in message
    assert "postgresql+psycopg://ada:***@127.0.0.1" in message
    assert "s3cret" not in message


def test_a_database_that_is_not_there(database_url: str) -> None:
    absent = make_url(database_url).set(database="absent").render_as_string(hide_password=False)
    assert 'database "absent" does not exist' in complaint(Warehouse(url=absent))


def test_tables_that_are_not_there(database_url: str) -> None:
    warehouse = Warehouse(url=database_url)
    assert "behind by 0001" in complaint(warehouse)
    with pytest.raises(WarehouseError, match=r"lacks tables .*Create them with Warehouse.migrate\(\)"):
        warehouse.read(price_forecasts)


def test_tables_of_newer_code(database_url: str) -> None:
    warehouse = Warehouse(url=database_url)
    warehouse.migrate()
    with engine_for(database_url).begin() as connection:
        connection.execute(text("UPDATE warehouse_migrations SET version_num = '9999'"))
    assert "they are newer, or another program's" in complaint(warehouse)
    with pytest.raises(WarehouseError, match="newer"):
        warehouse.migrate()


@pytest.fixture
def stranger(database_url: str) -> Iterator[str]:
    """Address of the same database for a user with no rights in it."""
    name = f"stranger_{uuid4().hex}"
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN"))
        yield make_url(database_url).set(username=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP OWNED BY {name}"))
        connection.execute(text(f"DROP ROLE {name}"))


def test_a_user_without_rights(database_url: str, stranger: str) -> None:
    Warehouse(url=database_url).migrate()
    warehouse = Warehouse(url=stranger)
    assert "permission denied for table warehouse_migrations" in complaint(warehouse)
    grantee = make_url(stranger).username
    with engine_for(database_url).begin() as connection:
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {grantee}"))
    told = complaint(warehouse)
    assert f"{grantee!r} of the warehouse lacks INSERT on " in told
    assert "INSERT on price_forecasts" in told
    assert "UPDATE on candles" in told
    assert "UPDATE on price_forecasts" not in told
    with pytest.raises(WarehouseError, match="permission denied for table publications"):
        warehouse.publish(price_forecasts, forecasts(), run_id="run-1")


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be used" in complaint(Warehouse(url=f"sqlite:///{tmp_path / 'file' / 'w.db'}"))


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "w.db").write_text("a diary, not a database; long enough to have a header" * 10)
    assert "file is not a database" in complaint(Warehouse(url=f"sqlite:///{tmp_path / 'w.db'}"))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://ada:s3cret@host/books", "'mysql' is not known"),
        ("postgresql+asyncpg://ada:s3cret@host/books", r"'postgresql\+asyncpg' is not known"),
        ("postgresql://ada:s3cret/@host:x/books", "this is no database url"),
        ("s3cret", "this is no database url"),
        ("postgresql://ada:s3cret@host", "names no database"),
        ("sqlite://", "names no database"),
        ("sqlite:///file:w.db?mode=ro&uri=true", "give the path"),
        ("bigquery://project", "is bigquery://project/dataset"),
        ("bigquery://s3cret!/books", "is bigquery://project/dataset"),
    ],
)
def test_an_address_that_cannot_be_is_refused_without_repeating_it(url: str, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason) as caught:
        Warehouse(url=url)
    assert "s3cret" not in str(caught.value)


def test_secrets_do_not_show() -> None:
    warehouse = Warehouse(url="postgresql+psycopg://ada:s3cret@host/books", credentials='{"private_key": "s3cret"}')
    assert "s3cret" not in repr(warehouse) + str(warehouse) + warehouse.model_dump_json()


def test_importing_it_loads_no_driver_and_nothing_of_google() -> None:
    heavy = "{'google', 'pandas', 'numpy', 'psycopg', 'alembic', 'pyarrow'}"
    code = f"import sys, blocks.warehouse.tables; print(*{heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
