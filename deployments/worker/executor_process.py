"""The inside of an executor: takes assignments from its worker and runs them, one at a time or each in a thread."""

import ctypes
import faulthandler
import os
import queue
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from uuid import UUID

import httpx
from prefect.context import SettingsContext, SyncClientContext
from prefect.events.worker import EventsWorker
from prefect.exceptions import Abort, TerminationSignal
from prefect.logging.handlers import APILogWorker
from prefect.logging.loggers import flow_run_logger
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, Settings, temporary_settings

from deployments.worker import engine, preload
from deployments.worker.death_signal import die_with_parent
from deployments.worker.flow_loading import load_flow
from deployments.worker.isolation import isolated
from deployments.worker.messages import ORDER, Assignment, Cancellation, Finished, Ready, Report, Retirement, Suspension
from deployments.worker.owner import Owner


class FlowNotLoadedError(Exception):
    """The deployment's entrypoint names no flow that can be imported here."""


@dataclass(frozen=True)
class ExecutorProfile:
    """What an executor is told when it starts. `threads`: runs at a time, a thread each; 0: one, in the main thread."""

    owner: Owner
    environment: dict[str, str]
    threads: int = 0


@dataclass
class Executor:
    """The process's state: its pipe, and the runs it has."""

    profile: ExecutorProfile
    connection: Connection
    assignments: "queue.SimpleQueue[Assignment | Retirement]" = field(default_factory=queue.SimpleQueue)
    running: dict[UUID, int] = field(default_factory=dict)
    """Runs in progress and the thread that runs each."""
    cancelled: set[UUID] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def report(self, message: Report) -> None:
        """Tell the worker."""
        with self.lock:
            self.connection.send_bytes(message.model_dump_json().encode())

    def owner_of(self, flow_run_id: UUID) -> str | None:
        """The name to write on a run that is in progress here."""
        return str(self.profile.owner.with_executor(os.getpid())) if flow_run_id in self.running else None


def main(connection: Connection, profile: ExecutorProfile) -> None:
    """Serve until the worker closes the pipe or dies."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches the whole group; the worker drains
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)  # so that what a flow started can be killed with it
    os.environ.update(profile.environment)
    preload.preload()
    faulthandler.enable()  # says where native code failed
    executor = Executor(profile, connection)
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        engine.leave_endings_to_worker()
        with _client(executor) as client:
            with suppress(httpx.HTTPError):
                client.client.read_flow_runs(limit=1)  # connection, CSRF token, models: the first run finds them ready
            threading.Thread(target=_listen, args=(executor,), name="orders", daemon=True).start()
            executor.report(Ready(problems=list(preload.problems.values())))
            _serve(executor)


def _serve(executor: Executor) -> None:
    while True:
        assignment = executor.assignments.get()
        if isinstance(assignment, Retirement):
            return
        if executor.profile.threads:
            context = copy_context()
            threading.Thread(
                target=context.run, args=(_run_and_report, executor, assignment), name=str(assignment.flow_run.id)
            ).start()
        else:
            copy_context().run(_run_and_report, executor, assignment)


def _listen(executor: Executor) -> None:
    """Read orders while runs go on; the end of the pipe means that the worker is gone."""
    while True:
        try:
            order = ORDER.validate_json(executor.connection.recv_bytes())
        except (EOFError, OSError):
            os.kill(os.getpid(), signal.SIGKILL)
            return
        if isinstance(order, Assignment):
            executor.cancelled.discard(order.flow_run.id)  # it was cancelled once, and someone retries it
            executor.running[order.flow_run.id] = 0
            executor.assignments.put(order)
        elif isinstance(order, Retirement):
            executor.assignments.put(order)
        elif isinstance(order, Suspension):
            engine.suspend(order.flow_run_id, order.state)
        else:
            _cancel(executor, order)


def _cancel(executor: Executor, order: Cancellation) -> None:
    executor.cancelled.add(order.flow_run_id)
    thread = executor.running.get(order.flow_run_id)
    if not thread:
        return
    if not executor.profile.threads:
        engine.cancel_in_main_thread()
    elif order.forced:
        # Abort ends the engine without a state of its own; the worker sets the run's.
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Abort))


def _run_and_report(executor: Executor, assignment: Assignment) -> None:
    flow_run_id = assignment.flow_run.id
    executor.running[flow_run_id] = threading.get_ident()
    settled, problem, hopeless = False, "", False
    _start_senders()
    try:
        if flow_run_id not in executor.cancelled:
            settled = _run(executor, assignment)
    except TerminationSignal:
        _flush_logs()
        if flow_run_id not in executor.cancelled:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTERM)  # so that the worker sees what ended it
        settled = True
    except FlowNotLoadedError as error:
        problem, hopeless = str(error), True
    except BaseException as error:  # noqa: BLE001  the worker must hear of everything that is not the process's end
        problem = f"{type(error).__name__}: {error}"
    finally:
        executor.running.pop(flow_run_id, None)
    if not executor.profile.threads:
        _flush_logs()
    executor.report(
        Finished(
            flow_run_id=flow_run_id,
            settled=settled,
            problem=problem,
            hopeless=hopeless,
            worn=_worn(executor),
            memory_mb=_memory_mb(),
        )
    )


def _run(executor: Executor, assignment: Assignment) -> bool:
    flow_run = assignment.flow_run
    with ExitStack() as stack:
        if executor.profile.threads:
            stack.enter_context(_client_of_its_own(executor))  # Prefect's clients count their users without a lock
        else:  # the environment belongs to the process, not to a thread
            env = {**assignment.env, "PREFECT__FLOW_RUN_ID": str(flow_run.id)}
            stack.enter_context(isolated(env))
            if any(name.startswith("PREFECT_") for name in assignment.env):
                stack.enter_context(_settings_of_environment())
                stack.enter_context(_client_of_its_own(executor))
        try:
            flow = load_flow(assignment.entrypoint)
        except Exception as error:
            flow_run_logger(flow_run).exception("The flow %s could not be loaded.", assignment.entrypoint)
            raise FlowNotLoadedError(
                f"the flow {assignment.entrypoint} could not be loaded: {type(error).__name__}: {error}"
            ) from error
        state = engine.execute(flow, flow_run)
    return state is None or state.is_final() or state.is_paused()


@contextmanager
def _client(executor: Executor) -> Iterator[SyncClientContext]:
    with SyncClientContext() as context, engine.naming_owner(context.client, executor.owner_of):
        yield context


@contextmanager
def _client_of_its_own(executor: Executor) -> Iterator[None]:
    """A client for this run alone; asked for one, Prefect would give the executor's."""
    token = SyncClientContext.__var__.set(None)  # type: ignore[arg-type]  # Prefect reads None as "no client"
    try:
        with _client(executor):
            yield
    finally:
        SyncClientContext.__var__.reset(token)


@contextmanager
def _settings_of_environment() -> Iterator[None]:
    settings = Settings().copy_with_update(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})
    context = SettingsContext.get()
    if context is None:
        raise RuntimeError("Prefect has no settings in this process")
    with SettingsContext(profile=context.profile, settings=settings):
        yield


def _start_senders() -> None:
    """What sends logs and events, before the run asks for it.

    Such a service keeps the context that it was started in as long as the process lives: a run's own would keep all
    that its tasks gave.
    """
    APILogWorker.instance()
    EventsWorker.instance()


def _flush_logs() -> None:
    APILogWorker.drain_all(timeout=5)


def _worn(executor: Executor) -> str:
    if executor.profile.threads:
        return ""
    if executor.cancelled:
        return "its run was cancelled"
    left = [t.name for t in threading.enumerate() if not t.daemon and t is not threading.main_thread()]
    return f"threads left running: {', '.join(left)}" if left else ""


def _memory_mb() -> float:
    import psutil  # noqa: PLC0415 - read once a run, by then imported

    return float(psutil.Process().memory_info().rss) / 2**20
