"""Rows that are written again: the last one stands, and nothing stands twice."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text

from blocks.warehouse import Warehouse, WarehouseError
from blocks.warehouse.sql_merge import COPIED_FROM
from blocks.warehouse.tables import candle_spans, candles, price_forecasts
from tests.blocks.candle_rows import START, candle_table_rows
from tests.blocks.forecast_rows import forecasts

pytestmark = [pytest.mark.blocks, pytest.mark.crypto]


@pytest.fixture(params=["postgresql", "sqlite"])
def warehouse(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("warehouse")
    sqlite = f"sqlite:///{folder / 'warehouse.db'}"
    found = Warehouse(url=sqlite if request.param == "sqlite" else request.getfixturevalue("database_url"))
    found.migrate()
    return found


def closes(warehouse: Warehouse) -> list[float | None]:
    return [row["close"] for row in warehouse.read(select(candles).order_by(candles.c.time))]


@pytest.mark.parametrize("count", [5, COPIED_FROM + 5], ids=["inserted", "copied"])
def test_what_is_there_is_replaced_and_what_is_new_is_added(warehouse: Warehouse, count: int) -> None:
    merged = warehouse.merge(candles, candle_table_rows(count, close=1.0))
    assert (merged.table, merged.count) == ("candles", count)
    warehouse.merge(candles, candle_table_rows(count, first=3, close=2.0)[::-1])
    assert closes(warehouse) == [1.0] * 3 + [2.0] * count


def test_every_value_comes_back_as_it_was(warehouse: Warehouse) -> None:
    rows = candle_table_rows(3, close=0.1 + 0.2)
    rows[1] |= {"open": None, "high": None, "low": None, "close": None, "volume": None}
    warehouse.merge(candles, rows)
    assert warehouse.read(select(candles).order_by(candles.c.time)) == rows


def test_columns_hold_what_rows_hold(warehouse: Warehouse) -> None:
    query = select(candles.c.time, candles.c.volume).order_by(candles.c.time)
    assert warehouse.columns(query) == {"time": [], "volume": []}
    rows = candle_table_rows(3, close=1.0)
    rows[1]["volume"] = None
    warehouse.merge(candles, rows)
    assert warehouse.columns(query) == {name: [row[name] for row in rows] for name in ("time", "volume")}


def test_several_tables_are_stored_together_or_not_at_all(warehouse: Warehouse) -> None:
    span: dict[str, Any] = dict.fromkeys(("exchange", "symbol", "quote", "timeframe"), "x")
    span |= {"since": START, "until": START, "asked_at": START}
    with pytest.raises(ValueError, match="needs a value"):
        warehouse.merge_all([(candles, candle_table_rows(2, close=1.0)), (candle_spans, [span | {"until": None}])])
    assert closes(warehouse) == []
    both = warehouse.merge_all([(candles, candle_table_rows(2, close=1.0)), (candle_spans, [span])])
    assert [(rows.table, rows.count) for rows in both] == [("candles", 2), ("candle_spans", 1)]
    assert warehouse.read(candle_spans) == [span]


def test_nothing_and_the_same_again_change_nothing(warehouse: Warehouse) -> None:
    assert warehouse.merge(candles, []).count == 0
    for _ in range(2):
        warehouse.merge(candles, candle_table_rows(4, close=3.0))
    assert closes(warehouse) == [3.0] * 4


def test_what_stays_as_it_was_is_not_written_again(database_url: str) -> None:
    warehouse = Warehouse(url=database_url)
    warehouse.migrate()
    for count in (2, COPIED_FROM):
        warehouse.merge(candles, candle_table_rows(count, close=3.0))
    engine = create_engine(database_url)
    with engine.connect() as connection:
        written = connection.execute(text("SELECT count(DISTINCT xmin::text) FROM candles")).scalar_one()
    engine.dispose()
    assert written == 2, "the first two rows still carry the transaction that wrote them first"


@pytest.mark.parametrize("count", [300, COPIED_FROM + 200], ids=["inserted", "copied"])
def test_writers_at_once_leave_each_row_once(warehouse: Warehouse, count: int) -> None:
    def merge(number: int) -> None:
        rows = candle_table_rows(count, first=20 * number, close=float(number))
        warehouse.merge(candles, rows if number % 2 else rows[::-1])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(merge, range(6)))
    stored = closes(warehouse)
    assert len(stored) == count + 100
    assert stored[:20] == [0.0] * 20


def test_rows_that_do_not_fit_are_refused_before_any_is_stored(warehouse: Warehouse) -> None:
    rows = candle_table_rows(2, close=1.0)
    with pytest.raises(ValueError, match="repeats the key"):
        warehouse.merge(candles, rows + rows)
    with pytest.raises(ValueError, match="not finite"):
        warehouse.merge(candles, candle_table_rows(2, close=float("nan")))
    assert closes(warehouse) == []


def test_a_table_with_documents_in_it_merges_too(warehouse: Warehouse) -> None:
    warehouse.merge(price_forecasts, forecasts(steps=3))
    warehouse.merge(price_forecasts, forecasts(steps=2, quantiles=[1.0]))
    stored = warehouse.read(select(price_forecasts).order_by(price_forecasts.c.step))
    assert [len(row["quantiles"]) for row in stored] == [1, 1, 11]


def test_a_hundred_thousand_rows_take_seconds(warehouse: Warehouse) -> None:
    rows = candle_table_rows(100_000, close=1.0)
    began = time.process_time()
    warehouse.merge(candles, rows)
    assert time.process_time() - began < 15  # not the wall clock: other programs may hold the processors
    assert len(closes(warehouse)) == 100_000


def test_a_table_that_is_not_there_says_what_to_do(database_url: str) -> None:
    with pytest.raises(WarehouseError, match="migrate"):
        Warehouse(url=database_url).merge(candles, candle_table_rows(2, close=1.0))
