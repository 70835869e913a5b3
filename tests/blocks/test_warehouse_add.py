"""Rows that several runs add to the same table: whichever comes first is kept."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from blocks.warehouse import Warehouse, WarehouseError
from blocks.warehouse.tables import forecast_scores
from tests.blocks.score_rows import scores

pytestmark = pytest.mark.blocks


@pytest.fixture(params=["postgresql", "sqlite"])
def warehouse(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("warehouse")
    sqlite = f"sqlite:///{folder / 'warehouse.db'}"
    found = Warehouse(url=sqlite if request.param == "sqlite" else request.getfixturevalue("database_url"))
    found.migrate()
    return found


def stored(warehouse: Warehouse) -> list[tuple[int, str]]:
    rows = warehouse.read(select(forecast_scores).order_by(forecast_scores.c.step))
    return [(row["step"], row["run_id"]) for row in rows]


def test_what_is_there_stays_and_what_is_new_is_added(warehouse: Warehouse) -> None:
    assert warehouse.add(forecast_scores, scores("first", range(1, 4)), run_id="first").count == 3
    second = warehouse.add(forecast_scores, scores("second", range(2, 6), actual=1.0), run_id="second")
    assert second.count == 2
    assert stored(warehouse) == [(1, "first"), (2, "first"), (3, "first"), (4, "second"), (5, "second")]


def test_adding_again_adds_nothing_and_counts_the_same(warehouse: Warehouse) -> None:
    for _ in range(2):
        assert warehouse.add(forecast_scores, scores("run", range(1, 4)), run_id="run").count == 3
    assert len(stored(warehouse)) == 3
    assert warehouse.add(forecast_scores, [], run_id="none").count == 0


def test_runs_at_once_leave_each_row_once(warehouse: Warehouse) -> None:
    def add(number: int) -> int:
        steps = range(1 + 20 * number, 301)
        return warehouse.add(forecast_scores, scores(f"run-{number}", steps), run_id=f"run-{number}").count

    with ThreadPoolExecutor(6) as pool:
        counts = list(pool.map(add, range(6)))
    assert [step for step, _ in stored(warehouse)] == list(range(1, 301))
    assert sum(counts) == 300


def test_rows_that_do_not_fit_are_refused_before_any_is_stored(warehouse: Warehouse) -> None:
    with pytest.raises(ValueError, match="repeats the key"):
        warehouse.add(forecast_scores, scores("run", range(1, 3)) + scores("run", range(2, 3)), run_id="run")
    with pytest.raises(ValueError, match="must carry run_id='other'"):
        warehouse.add(forecast_scores, scores("run", range(1, 3)), run_id="other")
    assert stored(warehouse) == []


def test_a_table_that_is_not_there_says_what_to_do(tmp_path: object, database_url: str) -> None:
    with pytest.raises(WarehouseError, match="migrate"):
        Warehouse(url=database_url).add(forecast_scores, scores("run", range(1, 3)), run_id="run")
