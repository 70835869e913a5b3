"""Runs as their owners see them: read, listed, waited for."""

from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterType,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.objects import FlowRun, Log
from prefect.client.schemas.sorting import FlowRunSort, LogSort
from prefect.exceptions import ObjectNotFound

from deployments.gateway.api_keys import Caller
from deployments.gateway.changes import RunChanges
from deployments.gateway.prefect_access import PrefectAccess
from deployments.gateway.problems import Problem
from deployments.gateway.run import is_final
from deployments.gateway.run_query import RunQuery
from tasks.run_owner import owner_of


class Runs:
    """Reads flow runs; one that is another owner's is not there."""

    def __init__(self, prefect: PrefectAccess, changes: RunChanges) -> None:
        self._prefect = prefect
        self._changes = changes

    async def read(self, run_id: UUID, caller: Caller) -> FlowRun:
        """A run of the caller's.

        Raises:
            Problem: 404, there is none.
        """
        run = await self.current(run_id)
        if not caller.is_admin and owner_of(run) != caller.owner:
            raise _no_such_run(run_id)
        return run

    async def current(self, run_id: UUID) -> FlowRun:
        """A run as it stands now, whosever it is.

        Raises:
            Problem: 404, it is not there, or not any more.
        """
        try:
            return await self._prefect.call(lambda client: client.read_flow_run(run_id))
        except ObjectNotFound:
            raise _no_such_run(run_id) from None

    async def wait(self, run: FlowRun, seconds: float) -> FlowRun:
        """The run when it has ended, or as it stands after `seconds`.

        Raises:
            Problem: 404, it was deleted meanwhile.
        """
        run_id = run.id
        async for _ in self._changes.wakes(run_id, seconds):
            run = await self.current(run_id)
            if is_final(run):
                break
        return run

    async def listed(self, caller: Caller, chosen: RunQuery) -> list[FlowRun]:
        """Runs of the caller's, the newest first: one more than the page holds where there is a next page."""
        tags = [] if caller.is_admin else [caller.tag]
        wanted = chosen.filter(tags)
        return await self._prefect.call(
            lambda client: client.read_flow_runs(
                flow_run_filter=wanted,
                sort=FlowRunSort.EXPECTED_START_TIME_DESC,
                limit=chosen.limit + 1,
                offset=chosen.offset,
            )
        )

    async def progress(self, run_id: UUID) -> float | None:
        """Percent done, as the run's latest progress artifact says; None when it keeps none."""

        async def read(client: PrefectClient) -> list[Any]:
            return await client.read_artifacts(
                artifact_filter=ArtifactFilter(
                    flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]), type=ArtifactFilterType(any_=["progress"])
                ),
                limit=20,
            )

        artifacts = [one for one in await self._prefect.call(read) if isinstance(one.data, int | float)]
        if not artifacts:
            return None
        latest = max(artifacts, key=lambda one: one.updated)
        return min(100.0, max(0.0, float(latest.data)))

    async def parent(self, run: FlowRun) -> UUID | None:
        """The run that started this one."""
        tagged = next((tag.removeprefix("parent:") for tag in run.tags if tag.startswith("parent:")), None)
        if tagged is not None:
            try:
                return UUID(tagged)
            except ValueError:
                return None
        task_run_id = run.parent_task_run_id
        if task_run_id is None:
            return None
        try:
            task_run = await self._prefect.call(lambda client: client.read_task_run(task_run_id))
        except ObjectNotFound:
            return None
        return task_run.flow_run_id

    async def logs(self, run_id: UUID, *, limit: int, offset: int) -> list[Log]:
        """The run's log records, the oldest first."""
        chosen = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id]))
        return await self._prefect.call(
            lambda client: client.read_logs(chosen, limit=limit, offset=offset, sort=LogSort.TIMESTAMP_ASC)
        )


def _no_such_run(run_id: UUID) -> Problem:
    return Problem(404, f"There is no run {run_id} of yours.", kind="no-such-run")
