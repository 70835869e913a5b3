"""Flows that the worker under test runs. Each writes what it saw to a file named in its parameters."""

import ctypes
import json
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.client.orchestration import get_client
from prefect.deployments import run_deployment
from prefect.runtime import flow_run


@flow(persist_result=False)
def noop(number: int = 0) -> int:
    return number


@flow(persist_result=False)
async def anoop() -> int:
    return 1


@flow(persist_result=False)
def talkative(words: str) -> None:
    get_run_logger().info("said %s", words)


@task(persist_result=False)
def large() -> bytearray:
    return bytearray(os.urandom(1) * 40_000_000)


@flow(persist_result=False)
def keep_nothing(path: str) -> None:
    """Its task gives much, it logs, and it says how much memory its process held before."""
    held = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    get_run_logger().info("has %d bytes", len(large()))
    with Path(path).open("a") as file:
        file.write(f"{os.getpid()} {held}\n")


@flow(persist_result=False)
def report(path: str) -> None:
    """What a run finds in its process."""
    found = {
        "pid": os.getpid(),
        "cwd": str(Path.cwd()),
        "secret": os.environ.get("WARM_TEST_SECRET"),
        "log_level": logging.getLogger("warm-test").level,
        "root_handlers": len(logging.getLogger().handlers),
        "path": "/leaked" in sys.path,
        "run": str(flow_run.id),
        "retries": os.environ.get("PREFECT_FLOWS_DEFAULT_RETRIES"),
        "main_thread": threading.current_thread() is threading.main_thread(),
    }
    Path(path).write_text(json.dumps(found))


@flow(persist_result=False)
def leak(path: str) -> None:
    """Changes everything that it can."""
    os.environ["WARM_TEST_SECRET"] = os.environ.get("WARM_TEST_SECRET", "") + " and more"
    os.chdir("/")
    sys.path.append("/leaked")
    logging.getLogger("warm-test").setLevel(logging.DEBUG)
    logging.getLogger().addHandler(logging.StreamHandler())
    logging.disable(logging.CRITICAL)
    report.fn(path)


@flow(persist_result=False)
def die(how: str, marker: str, times: int = 1000) -> str:
    """Ends its process the first `times` times that it runs."""
    seen = Path(marker)
    with seen.open("a") as file:
        file.write(f"{os.getpid()}\n")
    if len(seen.read_text().split()) > times:
        return "survived"
    if how == "exit":
        os._exit(0)
    if how == "code":
        os._exit(7)
    if how == "segfault":
        ctypes.string_at(0)
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "terminate":
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(30)
    if how == "memory":
        hoard = []
        while True:
            hoard.append(bytearray(os.urandom(1) * 8_000_000))
            time.sleep(0.01)
    raise ValueError(how)


def note_cancellation(flow: Any, run: Any, state: Any) -> None:
    Path(run.parameters["marker"]).write_text("hook ran")


@flow(persist_result=False, on_cancellation=[note_cancellation])
def linger(marker: str, seconds: float = 60) -> None:
    Path(marker).write_text(f"{os.getpid()}")
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(0.05)


@flow(persist_result=False)
def linger_once(marker: str) -> None:
    """Lingers the first time; later runs return at once."""
    seen = Path(marker)
    if not seen.exists():
        seen.write_text(f"{os.getpid()}")
        time.sleep(60)


@flow(persist_result=False)
def native(marker: str) -> None:
    """Native code that keeps the interpreter to itself: no Python thread of the process gets to do anything."""
    Path(marker).write_text(f"{os.getpid()}")
    ctypes.PyDLL(None).sleep(60)


@flow(persist_result=False)
def stubborn(marker: str) -> None:
    heeded = []
    Path(marker).write_text(f"{os.getpid()}")
    while True:
        try:
            time.sleep(60)
        except BaseException as interruption:  # noqa: BLE001
            heeded.append(interruption)


@flow(persist_result=False, timeout_seconds=0.5)
def slow() -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        time.sleep(0.02)


@flow(persist_result=False, retries=1, retry_delay_seconds=0)
def second_time_lucky(marker: str) -> None:
    seen = Path(marker)
    first = not seen.exists()
    seen.write_text("seen")
    if first:
        raise ValueError("the first time")


@task
def step() -> int:
    return 1


@flow(persist_result=False)
def suspended(marker: str) -> None:
    Path(marker).write_text("started")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        time.sleep(0.05)
        step()


@flow(persist_result=False)
def parent(child: str, marker: str = "") -> str:
    """Waits for a child, as orchestrate does."""
    if marker:
        Path(marker).write_text(str(os.getpid()))
    run = run_deployment(child, as_subflow=False, poll_interval=0.3, timeout=60)
    assert run.state is not None
    assert run.state.is_completed(), run.state
    return run.name


@flow(persist_result=False)
def wait_until_cancelled(marker: str) -> None:
    """Waits as `parent`, and ends when its own state says so."""
    Path(marker).write_text(str(os.getpid()))
    with get_client(sync_client=True) as client:
        while True:
            run = client.read_flow_run(flow_run.id)
            if run.state is not None and run.state.is_cancelling():
                return
            time.sleep(0.1)


@flow(persist_result=False)
def wait_forever(marker: str) -> None:
    """Waits and heeds nothing."""
    Path(marker).write_text(str(os.getpid()))
    while True:
        time.sleep(0.05)


@flow(persist_result=False)
def stamp(path: str, name: str) -> None:
    with Path(path).open("a") as file:
        file.write(f"{name}\n")
