"""Runs one flow run in this process through Prefect's engine, leaner than a fresh process does.

Prefect's engine watches a deployed run for suspension with a thread, an HTTP client and a websocket of its own, opened
before the run may start: a third of a second each time. A worker has one subscription for all of its runs and hands
suspensions on (`Suspension`), so the engines here leave that out. Written against prefect 3.8.8, which is pinned.
"""

import asyncio
import signal
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, cast
from uuid import UUID

from prefect._flow_run_suspension import (
    FlowRunSuspensionRequest,
    mark_flow_run_suspension_requested,
    register_flow_run_suspension_request,
)
from prefect._internal import control_listener
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, State
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import AsyncFlowRunEngine, BaseFlowRunEngine, FlowRunEngine, _flow_parameters, run_flow
from prefect.flows import Flow


class _Unwatched(BaseFlowRunEngine[Any, Any]):
    """An engine without a suspension observer of its own."""

    @contextmanager
    def setup_flow_run_suspension_request(self) -> Generator[FlowRunSuspensionRequest, None, None]:
        if self.flow_run is None:
            raise ValueError("a run is needed")
        request = self._get_flow_run_suspension_request()
        with register_flow_run_suspension_request(self.flow_run.id, request):
            request.raise_if_requested()
            yield request


class _SyncEngine(_Unwatched, FlowRunEngine[Any, Any]): ...


class _AsyncEngine(_Unwatched, AsyncFlowRunEngine[Any, Any]): ...


def execute(flow: Flow[..., Any], flow_run: FlowRun) -> State[Any] | None:
    """Run `flow` as `flow_run` and return the state it ended in, as far as the server accepted it.

    Raises:
        BaseException: what interrupted the engine (a lost server, a termination signal); never the flow's own failure.
    """
    if flow.isgenerator:
        _exhaust(run_flow(flow, flow_run=flow_run, return_type="result"))
        return None
    # The engines' class is chosen here and not by run_flow, which knows only Prefect's own.
    parameters = _flow_parameters(flow, flow_run, None)
    engine: _SyncEngine | _AsyncEngine
    try:
        if flow.isasync:
            engine = _AsyncEngine(flow=flow, parameters=parameters, flow_run=flow_run)
            asyncio.run(_drive_async(engine))
        else:
            engine = _SyncEngine(flow=flow, parameters=parameters, flow_run=flow_run)
            _drive(engine)
    except (Abort, Pause):
        return None  # the server decided about the run's state
    return engine.state


def _drive(engine: _SyncEngine) -> None:
    call = cast("Callable[[], object]", engine.call_flow_fn)  # typed as if the flow could be async
    with engine.start():
        while engine.is_running():
            with engine.run_context():
                call()


async def _drive_async(engine: _AsyncEngine) -> None:
    call = cast("Callable[[], Awaitable[object]]", engine.call_flow_fn)  # typed as if it returned another coroutine
    async with engine.start():
        while engine.is_running():
            async with engine.run_context():
                await call()


def _exhaust(values: Any) -> None:
    if isinstance(values, AsyncGenerator):

        async def consume() -> None:
            async for _ in values:
                pass

        asyncio.run(consume())
    else:
        for _ in values:
            pass


def leave_endings_to_worker() -> None:
    """From now on a SIGTERM ends the engine without a state: the worker, which sees the process end, decides."""
    control_listener._set_intent("relinquish")  # the engine's own word for a supervisor that owns the next state


def cancel_in_main_thread() -> None:
    """Interrupt the engine in the main thread as Prefect's runner does: hooks run, the run ends Cancelled."""
    control_listener._set_intent("cancel")
    main = threading.main_thread().ident
    if main is not None:
        signal.pthread_kill(main, signal.SIGTERM)


def suspend(flow_run_id: UUID, state: State[Any]) -> None:
    """Tell the run's engine that it was suspended."""
    mark_flow_run_suspension_requested(flow_run_id, state)


@contextmanager
def naming_owner(client: SyncPrefectClient, owner: Callable[[UUID], str | None]) -> Iterator[None]:
    """Let the update that the engine makes before Running also say who runs it: one request instead of two."""
    original = client.update_flow_run

    def update_flow_run(flow_run_id: UUID, *args: Any, **kwargs: Any) -> Any:
        name = owner(flow_run_id)
        if name is not None:
            kwargs.setdefault("infrastructure_pid", name)
        return original(flow_run_id, *args, **kwargs)

    client.__dict__["update_flow_run"] = update_flow_run
    try:
        yield
    finally:
        del client.__dict__["update_flow_run"]
