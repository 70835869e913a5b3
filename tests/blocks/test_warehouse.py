"""Rows of runs in PostgreSQL and SQLite: stored once, read back as they were."""

from datetime import UTC, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings
from sqlalchemy import create_engine, func, make_url, select, text

from blocks.saved_block import forget_remembered_blocks
from blocks.warehouse import Rows, RowsConflict, Warehouse, WarehouseError
from blocks.warehouse.tables import price_forecasts, publications, transaction_verdicts
from tests.blocks.forecast_rows import ISSUED, forecasts

pytestmark = pytest.mark.blocks


def verdict(run_id: str = "run-1", **changes: Any) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "transaction_id": "t1",
        "scored_at": ISSUED,
        "time": ISSUED,
        "customer_id": "Ægir\t\\N 東京\n",
        "terminal_id": '"; DROP TABLE price_forecasts; --',
        "amount_minor": (1 << 62) + 1,
        "currency": "EUR",
        "score": 0.1,
        "decision": "review",
        "reasons": [{"feature": "amount", "contribution": 0.5, "quoted": '"\\\n\t'}, {}],
        "model_version": "1",
        "rules": [],
    } | changes


@pytest.fixture(params=["postgresql", "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'folder that is not there yet' / 'warehouse.db'}"
    found: str = request.getfixturevalue("database_url")
    return found


@pytest.fixture
def warehouse(url: str) -> Warehouse:
    warehouse = Warehouse(url=url)
    warehouse.migrate()
    return warehouse


def test_rows_are_read_back_as_they_were(warehouse: Warehouse) -> None:
    assert warehouse.publish(price_forecasts, forecasts(), run_id="run-1").count == 3
    assert warehouse.read(select(price_forecasts).order_by(price_forecasts.c.step)) == forecasts()
    warehouse.publish(transaction_verdicts, [verdict()], run_id="run-1")
    assert warehouse.read(transaction_verdicts) == [verdict()]


def test_a_moment_comes_back_aware_and_in_utc(warehouse: Warehouse) -> None:
    tokyo = timezone(timedelta(hours=9))
    warehouse.publish(price_forecasts, forecasts(steps=1, issued_at=ISSUED.astimezone(tokyo)), run_id="run-1")
    (row,) = warehouse.read(price_forecasts)
    assert row["issued_at"] == ISSUED
    assert row["issued_at"].tzinfo is UTC
    issued = price_forecasts.c.issued_at
    assert warehouse.read(select(issued).where(issued == ISSUED.astimezone(tokyo)))
    assert not warehouse.read(select(issued).where(issued > ISSUED.astimezone(tokyo)))
    with pytest.raises(WarehouseError, match="has no time zone"):
        warehouse.read(select(issued).where(issued > ISSUED.replace(tzinfo=None)))


def test_the_same_run_again_adds_nothing(warehouse: Warehouse) -> None:
    first = warehouse.publish(price_forecasts, forecasts(), run_id="run-1")
    (entry,) = warehouse.read(publications)
    again = warehouse.publish(price_forecasts, forecasts()[::-1], run_id="run-1")
    assert again == first
    assert warehouse.read(select(func.count()).select_from(price_forecasts)) == [{"count_1": 3}]
    assert warehouse.read(publications) == [entry]


@pytest.mark.parametrize(
    "other",
    [forecasts(median=1.0), forecasts(steps=4), forecasts(steps=2), []],
    ids=["changed", "more", "less", "none"],
)
def test_other_rows_of_the_same_run_are_a_conflict(warehouse: Warehouse, other: list[dict[str, Any]]) -> None:
    warehouse.publish(price_forecasts, forecasts(), run_id="run-1")
    with pytest.raises(RowsConflict, match="Run run-1 has published other rows to price_forecasts before"):
        warehouse.publish(price_forecasts, other, run_id="run-1")
    assert warehouse.read(select(price_forecasts).order_by(price_forecasts.c.step)) == forecasts()


def test_runs_and_tables_do_not_get_in_each_others_way(warehouse: Warehouse) -> None:
    warehouse.publish(price_forecasts, forecasts(), run_id="run-1")
    warehouse.publish(price_forecasts, forecasts("run-2"), run_id="run-2")
    warehouse.publish(transaction_verdicts, [verdict()], run_id="run-1")
    assert len(warehouse.read(price_forecasts)) == 6
    assert len(warehouse.read(transaction_verdicts)) == 1


def test_no_rows_leave_no_trace(warehouse: Warehouse) -> None:
    assert warehouse.publish(price_forecasts, [], run_id="run-1").count == 0
    assert warehouse.read(publications) == []
    assert warehouse.publish(price_forecasts, forecasts(), run_id="run-1").count == 3


def test_rows_that_do_not_fit_leave_no_trace(warehouse: Warehouse) -> None:
    with pytest.raises(ValueError, match="row 2 of price_forecasts, column median"):
        warehouse.publish(
            price_forecasts, [*forecasts(steps=2), *forecasts(steps=1, step=9, median=None)], run_id="run-1"
        )
    assert warehouse.read(price_forecasts) == []


def test_a_publication_that_fails_can_be_repeated(warehouse: Warehouse, url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE price_forecasts RENAME COLUMN median TO middle"))
    with pytest.raises(WarehouseError, match="median") as caught:
        warehouse.publish(price_forecasts, forecasts(), run_id="run-1")
    assert "BTC" not in str(caught.value), "the values of rows stay out of errors"
    assert warehouse.read(publications) == []
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE price_forecasts RENAME COLUMN middle TO median"))
    engine.dispose()
    warehouse.publish(price_forecasts, forecasts(), run_id="run-1")
    assert len(warehouse.read(price_forecasts)) == 3


def test_many_rows_are_stored_in_chunks(warehouse: Warehouse) -> None:
    warehouse.publish(price_forecasts, forecasts(steps=20_500), run_id="run-1")
    total = select(func.count().label("rows"), func.max(price_forecasts.c.step).label("last"))
    assert warehouse.read(total) == [{"rows": 20_500, "last": 20_500}]


def test_a_file_that_was_deleted_is_made_anew(tmp_path: Path) -> None:
    warehouse = Warehouse(url=f"sqlite:///{tmp_path / 'w.db'}")
    warehouse.publish(price_forecasts, forecasts(), run_id="run-1")
    for file in tmp_path.glob("w.db*"):
        file.unlink()
    warehouse.publish(price_forecasts, forecasts("run-2"), run_id="run-2")
    assert {row["run_id"] for row in warehouse.read(price_forecasts)} == {"run-2"}


def test_a_uri_says_where_the_rows_are_and_holds_no_credentials(tmp_path: Path, database_url: str) -> None:
    address = make_url(database_url)
    server = Warehouse(url=address.set(password="tiger").render_as_string(hide_password=False))  # its socket asks none
    server.migrate()
    rows = server.publish(price_forecasts, forecasts(), run_id="run-1")
    assert rows == Rows(table="price_forecasts", count=3, uri=rows.uri)
    assert rows.uri.startswith("postgresql://")
    assert rows.uri.endswith(f"/{address.database}/price_forecasts")
    assert "tiger" not in rows.uri
    assert f"{address.username}@" not in rows.uri
    file = Warehouse(url=f"sqlite:///{tmp_path / 'a.db'}")
    assert file.publish(price_forecasts, [], run_id="r").uri == f"sqlite:///{tmp_path / 'a.db'}#price_forecasts"


@pytest.fixture
def nothing_remembered() -> None:
    forget_remembered_blocks()


def test_without_configuration_rows_go_to_a_file_in_the_data_folder(
    isolated_data_dir: Path, nothing_remembered: None
) -> None:
    with temporary_settings({PREFECT_API_URL: None}):
        rows = Warehouse.default().publish(price_forecasts, forecasts(), run_id="run-1")
    assert rows.uri == f"sqlite:///{isolated_data_dir.resolve() / 'warehouse.db'}#price_forecasts"
    assert (isolated_data_dir / "warehouse.db").is_file()


def test_a_stack_names_its_warehouse(
    database_url: str, monkeypatch: pytest.MonkeyPatch, nothing_remembered: None
) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", database_url)
    with temporary_settings({PREFECT_API_URL: None}):
        assert Warehouse.default().url.get_secret_value() == database_url


def test_a_saved_block_comes_before_all(
    prefect_api: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing_remembered: None
) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    mine = Warehouse(url=f"sqlite:///{tmp_path / 'mine.db'}")
    mine.save("blocks-test-warehouse", overwrite=True)
    loaded = Warehouse.default("blocks-test-warehouse")
    assert loaded.url == mine.url
    assert loaded.publish(price_forecasts, forecasts(), run_id="run-1").count == 3
    Warehouse.delete("blocks-test-warehouse")
