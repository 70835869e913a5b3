"""What becomes of a run whose process ended before the run did."""

from dataclasses import dataclass
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Cancelled, Crashed, Scheduled

RESTARTING = "Restarting"
"""Name of the scheduled state after a crash; counted against the run's `restarts`."""
RESCHEDULED = "Rescheduled"
"""Name of the scheduled state after its worker stopped or died, which is not the run's fault; bounded all the same."""
MOST_RESCHEDULES = 10


@dataclass(frozen=True)
class Endings:
    """Ends runs on the server, or lets them start again."""

    client: PrefectClient

    async def cancelled(self, flow_run_id: UUID, reason: str) -> None:
        """Make sure that a cancelled run ends Cancelled."""
        run = await self.client.read_flow_run(flow_run_id)
        if not _is_over(run):
            await self._set(run, Cancelled(message=reason))

    async def crashed(self, flow_run_id: UUID, reason: str) -> None:
        """End a run Crashed unless it has ended."""
        run = await self.client.read_flow_run(flow_run_id)
        if not _is_over(run):
            await self._set(run, Crashed(message=f"Crashed: {reason}."))

    async def restarted(self, flow_run_id: UUID, reason: str, restarts: int) -> State | None:
        """After a crash: start the run again, or end it Crashed when it was restarted `restarts` times already.

        Returns the state that was set; None when the run had ended or needs nothing.
        """
        run = await self.client.read_flow_run(flow_run_id)
        if _is_over(run):
            return None
        if run.state is not None and run.state.is_cancelling():
            return await self._set(run, Cancelled(message=f"Cancelled; {reason}."))
        used = await self._count(flow_run_id, RESTARTING) if restarts else 0
        if used >= restarts:
            after = f" It was restarted {used} of {restarts} times." if restarts else " It may not be restarted."
            return await self._set(run, Crashed(message=f"Crashed: {reason}.{after}"))
        message = f"Restart {used + 1} of {restarts}: {reason}."
        return await self._set(run, Scheduled(name=RESTARTING, message=message))

    async def rescheduled(self, run: FlowRun, reason: str, restarts: int) -> State | None:
        """After its worker stopped or died: start the run again, unless it began and must not run twice."""
        if _is_over(run):
            return None
        if run.state is not None and run.state.is_cancelling():
            return await self._set(run, Cancelled(message=f"Cancelled; {reason}."))
        began = run.state is not None and not run.state.is_pending()
        if began and restarts == 0:
            return await self._set(run, Crashed(message=f"Crashed: {reason}. It may not be restarted."))
        used = await self._count(run.id, RESCHEDULED)
        if used >= MOST_RESCHEDULES:
            return await self._set(run, Crashed(message=f"Crashed: {reason}. It was rescheduled {used} times."))
        return await self._set(run, Scheduled(name=RESCHEDULED, message=f"Rescheduled: {reason}."))

    async def _count(self, flow_run_id: UUID, name: str) -> int:
        states = await self.client.read_flow_run_states(flow_run_id)
        return sum(state.name == name for state in states)

    async def _set(self, run: FlowRun, state: State) -> State:
        if state.is_scheduled() and run.empirical_policy.retry_type == "in_process":
            # The server hands out no run that is being retried inside a process; that process is gone.
            policy = run.empirical_policy.model_copy(update={"retry_type": None})
            await self.client.update_flow_run(run.id, empirical_policy=policy)
        await self.client.set_flow_run_state(run.id, state, force=True)
        return state


def _is_over(run: FlowRun) -> bool:
    """Whether nothing needs doing: it ended, was suspended, or waits to be picked up."""
    if run.state is None or run.state.is_final() or run.state.is_paused():
        return True
    return run.state.is_scheduled() and run.empirical_policy.retry_type != "in_process"
