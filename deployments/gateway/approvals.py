"""A person's answer to a run that waits for one: its owner's through the gateway, or none in time."""

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateName
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import OrchestrationResult, SetStateStatus
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

from deployments.gateway.prefect_access import PrefectAccess
from deployments.gateway.problems import Problem
from deployments.gateway.run import is_final, state_of
from tasks.portfolio.approval import GRACE_SECONDS, KEY

logger = logging.getLogger("gateway")

EVERY_SECONDS: Final = 15.0
NOBODY: Final = "Nobody answered in time."


class Approvals:
    """Answers runs that were suspended until someone approves what they propose."""

    def __init__(self, prefect: PrefectAccess) -> None:
        self._prefect = prefect

    async def answer(self, run: FlowRun, approve: bool, note: str) -> FlowRun:
        """Hand a run its answer; it is scheduled again and goes on.

        Raises:
            Problem: 409, the run does not wait for an approval, or no longer.
        """
        after = run
        if waits_for_approval(run):
            result = await self._resume(run.id, {"approve": approve, "note": note})
            after = await self._prefect.call(lambda client: client.read_flow_run(run.id))
            if result is not None and result.status == SetStateStatus.ACCEPT:
                return after
        if waits_for_approval(after):
            raise Problem(
                409,
                "Prefect does not take the answer: the form of this run may not have been stored. Cancel the run and "
                "start it again.",
                kind="not-answerable",
            )
        given = await self._given(after)
        if given is None or given.get("approve") is not approve:
            raise _not_waiting(after)
        return after  # this answer, or one just like it, came in before

    async def expire(self) -> list[UUID]:
        """Wake the runs whose time for an answer is over, so that they end. Returns their ids."""
        chosen = FlowRunFilter(state=FlowRunFilterState(name=FlowRunFilterStateName(any_=["Suspended"])))
        over = [run.id for run in await self._prefect.every_run(chosen) if waits_for_approval(run) and _expired(run)]
        for run_id in over:
            await self._resume(run_id, {"approve": False, "note": NOBODY})
        return over

    async def _resume(self, run_id: UUID, run_input: dict[str, Any]) -> OrchestrationResult[Any] | None:
        """What Prefect says to resuming a run; None when the run was deleted meanwhile."""

        async def resume(client: PrefectClient) -> OrchestrationResult[Any]:
            return await client.resume_flow_run(run_id, run_input=run_input)

        try:
            return await self._prefect.call(resume)
        except (ObjectNotFound, PrefectHTTPStatusError):
            return None

    async def _given(self, run: FlowRun) -> dict[str, Any] | None:
        """The answer that the run was given."""

        async def read(client: PrefectClient) -> Any:
            return await client.read_flow_run_input(run.id, f"suspended-{KEY}-response")

        try:
            return dict(_json(await self._prefect.call(read)))
        except (ObjectNotFound, PrefectHTTPStatusError, ValueError, TypeError):
            return None


async def expire_approvals(approvals: Approvals, every: float = EVERY_SECONDS) -> None:
    """End, every quarter of a minute, runs whose proposal has expired."""
    while True:
        await asyncio.sleep(every)
        try:
            ended = await approvals.expire()
        except Problem as problem:
            logger.warning("Expired approvals could not be looked for: %s", problem.document.detail)
        else:
            for run_id in ended:
                logger.info("Run %s waited in vain for an approval and goes on to its end", run_id)


def waits_for_approval(run: FlowRun) -> bool:
    """Whether a run is suspended until someone approves what it proposes."""
    state = run.state
    return state is not None and state.is_paused() and state.state_details.pause_key == KEY


def _expired(run: FlowRun) -> bool:
    until = run.state.state_details.pause_timeout if run.state else None
    return until is not None and until - timedelta(seconds=GRACE_SECONDS) < datetime.now(UTC)


def _not_waiting(run: FlowRun) -> Problem:
    said = "has ended" if is_final(run) else f"is {state_of(run.state)}"
    return Problem(
        409,
        f"The run {said} and waits for no approval.",
        kind="not-waiting",
        extra={"state": state_of(run.state)},
    )


def _json(text: Any) -> Any:
    return json.loads(text) if isinstance(text, str | bytes) else text
