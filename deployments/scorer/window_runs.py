"""The Prefect runs of windows: made in advance, started when their window has closed."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.exceptions import ObjectNotFound
from prefect.states import Scheduled

from tasks.run_owner import TAG

DEPLOYMENT: Final = "record-verdicts/interactive"
FAR: Final = timedelta(days=3650)
"""When a spare run would start if nobody needed it."""


class WindowRuns:
    """Runs of `DEPLOYMENT`, made and started while the context lasts; the client's errors tell that Prefect is away."""

    def __init__(self, api: str) -> None:
        self._client = PrefectClient(api)  # one that stays: making one takes 20 ms, while payments wait

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._client.__aexit__(*error)

    async def spare(self, owner: str, key: str) -> str | None:
        """Id of a run that does not start by itself; the same again for the same key, None once that was started."""
        deployment = await self._client.read_deployment_by_name(DEPLOYMENT)
        run = await self._client.create_flow_run_from_deployment(
            deployment.id,
            parameters={"request": {}},
            state=Scheduled(scheduled_time=datetime.now(UTC) + FAR),
            tags=[f"{TAG}{owner}"],
            idempotency_key=key,
            work_queue_name=deployment.work_queue_name,
        )
        return str(run.id) if _is_spare(run.expected_start_time) else None

    async def start(self, run_id: str, owner: str) -> None:
        """Let a run start now; one that has started is left alone, so that this may be repeated."""
        try:
            run = await self._client.read_flow_run(UUID(run_id))
        except ObjectNotFound:  # somebody deleted it: another run records its window
            deployment = await self._client.read_deployment_by_name(DEPLOYMENT)
            await self._client.create_flow_run_from_deployment(
                deployment.id,
                parameters={"request": {"window": run_id}},
                tags=[f"{TAG}{owner}"],
                idempotency_key=f"verdicts-of:{run_id}",
            )
            return
        if run.state is not None and (_is_spare(run.expected_start_time) or run.state.is_cancelled()):
            await self._client.set_flow_run_state(run.id, Scheduled(scheduled_time=datetime.now(UTC)), force=True)


def _is_spare(expected: datetime | None) -> bool:
    return expected is not None and expected > datetime.now(UTC) + FAR / 2
