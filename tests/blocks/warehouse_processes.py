"""Processes that publish to one warehouse at the same moment: `python warehouse_processes.py PROCESSES RUNS URL…`.

Each process brings the tables up to date, publishes the run "shared" and RUNS of its own, and exits with 0 when all was
stored. Warehouses have their turn one after another; the exit code is the number of processes that failed.
"""

import os
import sys
import time

from forecast_rows import forecasts  # beside this file, as PYTHONPATH says

import blocks.warehouse.copy
import blocks.warehouse.sql  # noqa: F401 - loaded before the processes part
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import price_forecasts


def publish_all(warehouse: Warehouse, runs: list[str], moment: float) -> None:
    time.sleep(max(0.0, moment - time.time()))  # all at once
    warehouse.migrate()
    for run in runs:
        warehouse.publish(price_forecasts, forecasts(run, steps=24), run_id=run)


def failures(url: str, processes: int, own_runs: int) -> int:
    moment = time.time() + 0.2
    children = []
    for number in range(processes):
        if child := os.fork():
            children.append(child)
        else:
            runs = ["shared", *(f"run-{number}-{own}" for own in range(own_runs))]
            publish_all(Warehouse(url=url), runs, moment)
            sys.exit(0)
    return sum(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0 for child in children)


if __name__ == "__main__":
    sys.exit(sum(failures(url, int(sys.argv[1]), int(sys.argv[2])) for url in sys.argv[3:]))
