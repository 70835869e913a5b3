"""What a worker needs to know of deployments, without asking before each run."""

import time
from dataclasses import dataclass, field
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.responses import DeploymentResponse

FRESH_SECONDS = 5.0


@dataclass
class DeploymentCache:
    """Deployments by id. An old entry serves to choose an executor; it is read again while the run is claimed."""

    client: PrefectClient
    _entries: dict[UUID, tuple[DeploymentResponse, float]] = field(default_factory=dict)

    async def known(self, deployment_id: UUID) -> DeploymentResponse:
        """The deployment as last read, however long ago.

        Raises:
            prefect.exceptions.ObjectNotFound: it was deleted.
        """
        entry = self._entries.get(deployment_id)
        return entry[0] if entry else await self._read(deployment_id)

    async def current(self, deployment_id: UUID) -> DeploymentResponse:
        """The deployment as it is now, give or take five seconds."""
        entry = self._entries.get(deployment_id)
        if entry and time.monotonic() - entry[1] < FRESH_SECONDS:
            return entry[0]
        return await self._read(deployment_id)

    async def _read(self, deployment_id: UUID) -> DeploymentResponse:
        try:
            deployment = await self.client.read_deployment(deployment_id)
        except Exception:
            self._entries.pop(deployment_id, None)
            raise
        self._entries[deployment_id] = (deployment, time.monotonic())
        return deployment
