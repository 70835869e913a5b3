"""Many processes and threads at one warehouse: nothing is lost, doubled or refused."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text

from blocks.warehouse import RowsConflict, Warehouse
from blocks.warehouse.tables import price_forecasts, publications
from tests.blocks.forecast_rows import forecasts

pytestmark = pytest.mark.blocks

PROCESSES, OWN_RUNS = 6, 5
PYTHONPATH = os.pathsep.join(str(folder) for folder in (Path(__file__).parents[2], Path(__file__).parent))


def runs_in(warehouse: Warehouse) -> Counter[str]:
    return Counter(row["run_id"] for row in warehouse.read(price_forecasts))


def test_processes_share_a_file_and_a_database_that_are_new(tmp_path: Path, database_url: str) -> None:
    urls = (f"sqlite:///{tmp_path / 'w.db'}", database_url)
    script = Path(__file__).with_name("warehouse_processes.py")
    done = subprocess.run(
        [sys.executable, str(script), str(PROCESSES), str(OWN_RUNS), *urls],
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    for url in urls:
        found = runs_in(Warehouse(url=url))
        assert len(found) == PROCESSES * OWN_RUNS + 1
        assert set(found.values()) == {24}


def test_threads_share_a_new_file(tmp_path: Path) -> None:
    warehouse = Warehouse(url=f"sqlite:///{tmp_path / 'w.db'}")

    def publish(number: int) -> None:
        warehouse.publish(price_forecasts, forecasts(f"run-{number}"), run_id=f"run-{number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(publish, range(24)))
    assert len(runs_in(warehouse)) == 24


def test_of_two_that_publish_different_rows_of_a_run_one_is_told(database_url: str) -> None:
    warehouse = Warehouse(url=database_url)
    warehouse.migrate()
    together = threading.Barrier(6)

    def publish(median: float) -> bool:
        together.wait()
        try:
            warehouse.publish(price_forecasts, forecasts(median=median), run_id="run-1")
        except RowsConflict:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        stored = list(threads.map(publish, range(6)))
    assert sum(stored) == 1
    assert {row["median"] for row in warehouse.read(price_forecasts)} == {float(stored.index(True))}


def test_a_run_waits_for_its_twin_and_publishes_when_that_fails(database_url: str) -> None:
    warehouse = Warehouse(url=database_url)
    warehouse.migrate()
    engine = create_engine(database_url, poolclass=NullPool)
    with ThreadPoolExecutor(1) as threads:
        with engine.connect() as twin:
            twin.execute(
                publications.insert().values(
                    run_id="run-1",
                    table_name="price_forecasts",
                    row_count=3,
                    rows_sha256="other",
                    published_at=forecasts()[0]["issued_at"],
                )
            )
            publishing = threads.submit(warehouse.publish, price_forecasts, forecasts(), run_id="run-1")
            wait_until_somebody_waits(engine)
            assert not publishing.done()
            twin.rollback()  # as when its process dies
        assert publishing.result(30).count == 3
    assert runs_in(warehouse) == {"run-1": 3}


def wait_until_somebody_waits(engine: Engine) -> None:
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with engine.connect() as connection:
            if connection.scalar(waiting):
                return
        time.sleep(0.02)
    pytest.fail("nobody waits for the twin")


def test_readers_do_not_wait_for_a_writer_of_the_file(tmp_path: Path) -> None:
    warehouse = Warehouse(url=f"sqlite:///{tmp_path / 'w.db'}")
    warehouse.publish(price_forecasts, forecasts(), run_id="run-1")
    writer = sqlite3.connect(tmp_path / "w.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM price_forecasts")
    began = time.monotonic()
    assert len(warehouse.read(price_forecasts)) == 3
    assert time.monotonic() - began < 10, "it waited for the lock"
    writer.execute("ROLLBACK")
    writer.close()


FORKED = """
import os, sys
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import price_forecasts
from forecast_rows import forecasts

warehouse = Warehouse(url=sys.argv[1])
warehouse.migrate()
warehouse.publish(price_forecasts, forecasts("parent"), run_id="parent")  # the pool holds a connection now
if child := os.fork():
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    warehouse.publish(price_forecasts, forecasts("parent-2"), run_id="parent-2")  # the child did not end it
else:
    warehouse.publish(price_forecasts, forecasts("child"), run_id="child")
"""


def test_a_forked_child_has_connections_of_its_own(database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKED, database_url],
        env={**os.environ, "PYTHONPATH": PYTHONPATH},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert set(runs_in(Warehouse(url=database_url))) == {"parent", "child", "parent-2"}
