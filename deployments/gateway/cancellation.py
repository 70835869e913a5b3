"""Cancelling a run: its children first, however deep, then the run."""

from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterParentFlowRunId, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.exceptions import ObjectNotFound

from deployments.gateway.prefect_access import PrefectAccess
from deployments.gateway.run import is_final


class Cancellation:
    """Cancels families of runs."""

    def __init__(self, prefect: PrefectAccess) -> None:
        self._prefect = prefect

    async def cancel(self, run: FlowRun) -> list[UUID]:
        """Ask every unfinished run of the family to stop, the youngest generation first.

        Returns their ids. A run that has not been picked up is Cancelled at once; a running one is Cancelling until
        its worker has stopped it.
        """
        cancelled = []
        for generation in reversed(await self._generations(run)):
            for member in generation:
                if not is_final(member):
                    await self._stop(member)
                    cancelled.append(member.id)
        return cancelled

    async def _generations(self, run: FlowRun) -> list[list[FlowRun]]:
        generations = [[run]]
        seen = {run.id}
        while generations[-1]:
            children = [child for child in await self._children(generations[-1]) if child.id not in seen]
            seen |= {child.id for child in children}
            generations.append(children)
        return generations

    async def _children(self, parents: list[FlowRun]) -> list[FlowRun]:
        ids = [parent.id for parent in parents]
        found: dict[UUID, FlowRun] = {}
        for chosen in (
            FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=ids)),
            FlowRunFilter(tags=FlowRunFilterTags(any_=[f"parent:{one}" for one in ids])),
        ):
            found |= {child.id: child for child in await self._prefect.every_run(chosen)}
        return list(found.values())

    async def _stop(self, run: FlowRun) -> None:
        # The server makes it Cancelled at once where no process has taken the run yet, and says so in its answer.
        state: State[None] = State(
            type=StateType.CANCELLING, name="Cancelling", message="Cancelled through the gateway."
        )

        async def propose(client: PrefectClient) -> object:
            return await client.set_flow_run_state(run.id, state)

        try:
            await self._prefect.call(propose)
        except ObjectNotFound:  # deleted meanwhile
            return
