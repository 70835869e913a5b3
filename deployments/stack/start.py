"""Bringing a stack up: database, server, work pools and deployments, then workers and gateway."""

import asyncio
import fcntl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from deployments.scorer.address import scorer_client
from deployments.stack.environment import client_environment, databases, inherited, server_environment
from deployments.stack.errors import StackError
from deployments.stack.layout import PROJECT, Layout, RunningStack
from deployments.stack.preflight import refuse_taken_ports
from deployments.stack.programs import programs, write_configuration
from deployments.stack.stop import stop
from deployments.stack.supervisor import Supervisor
from deployments.stack.work_pools import POOLS

Report = Callable[[str], None]
"""Told of each step as it begins."""

START_SECONDS = 120


def start(layout: Layout, report: Report) -> RunningStack:
    """Bring the stack up and wait until it serves.

    Raises:
        StackError: it is up already, a port is taken, or a program did not start.
    """
    with _only_one(layout):
        supervisor = Supervisor(layout)
        if supervisor.is_running:
            raise StackError("This stack is up already: see it with `make status`, stop it with `make down`.")
        refuse_taken_ports(layout)
        report("starting PostgreSQL")
        named = databases(layout)
        environment = inherited() | client_environment(layout, named.warehouse)
        write_configuration(layout, programs(layout, server_environment(layout, named.prefect)))
        try:
            supervisor.launch(environment)
            return _start_programs(layout, supervisor, environment, named.warehouse, report)
        except BaseException:  # leave nothing half-started behind, after Ctrl-C either
            stop(layout)
            raise


def _start_programs(
    layout: Layout, supervisor: Supervisor, environment: dict[str, str], warehouse_url: str, report: Report
) -> RunningStack:
    # Both import Prefect, which takes seconds: whoever is refused need not wait for that.
    from blocks.warehouse import Warehouse  # noqa: PLC0415 - see above
    from deployments.stack.automations import ensure_automations  # noqa: PLC0415 - see above
    from deployments.stack.registration import register  # noqa: PLC0415 - see above

    api = environment["PREFECT_API_URL"]
    stack = RunningStack(
        gateway_url=layout.settings.gateway_url,
        prefect_ui_url=api.removesuffix("/api"),
        environment=client_environment(layout, warehouse_url),
    )
    if layout.settings.database_url is None:
        supervisor.start("postgres")
    report("starting the Prefect server (the first time it creates its tables)")
    supervisor.start("prefect-server")
    Warehouse(url=warehouse_url).migrate()
    _wait_for(f"{api}/health", supervisor, "prefect-server")
    report("registering work pools and deployments")
    asyncio.run(register(api))
    deploying = _deploy(environment)
    report("starting scorer, gateway and workers")
    for program in ("scorer", "gateway", *(f"worker-{pool}" for pool in POOLS)):
        supervisor.start(program)
    _finish(deploying)
    asyncio.run(ensure_automations(api))
    _wait_for(f"http://127.0.0.1:{layout.settings.gateway_port}/ready", supervisor, "gateway")
    _wait_for_scorer(layout, supervisor)
    stack.save(layout)
    return stack


def _wait_for_scorer(layout: Layout, supervisor: Supervisor) -> None:
    with scorer_client(layout.settings, timeout=5) as scorer:
        _wait_for("/health", supervisor, "scorer", scorer)


def _deploy(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _finish(deploying: subprocess.Popen[str]) -> None:
    said, _ = deploying.communicate()
    if deploying.returncode != 0:
        raise StackError(f"The deployments of prefect.yaml could not be registered:\n{said.strip()[-3000:]}")


def _wait_for(url: str, supervisor: Supervisor, program: str, client: httpx.Client | None = None) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if (client.get(url) if client else httpx.get(url, timeout=5)).is_success:
                return
        except httpx.TransportError:
            pass
        if failure := supervisor.failure(program):
            raise StackError(failure)
        if time.monotonic() > deadline:
            raise StackError(f"{program} was not ready after {START_SECONDS} s; see {supervisor.log(program)}.")
        time.sleep(0.1)


@contextmanager
def _only_one(layout: Layout) -> Iterator[None]:
    """Keep two `make up` on one data folder from racing each other."""
    layout.home.mkdir(parents=True, exist_ok=True)
    with (layout.home / "starting.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError("Another `make up` is starting this stack right now; wait for it.") from None
        yield
