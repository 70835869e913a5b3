"""Every deployment, as Prefect has registered it."""

import re
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import DeploymentSchedule
from prefect.client.schemas.responses import DeploymentResponse
from pydantic import BaseModel, ConfigDict, Field

from deployments.gateway.api_keys import ADMIN, Caller
from deployments.gateway.prefect_access import PrefectAccess
from deployments.gateway.problems import Problem
from deployments.gateway.shared_read import SharedRead

FRESH_SECONDS = 15.0
PAGE = 200
TRAINING = "training"
"""Tag of deployments that change the model in use, and the scope that they need beside their capability's."""
WAITING = "light"
"""Capability of runs that only start others and wait for them."""

_PRIORITY_QUEUE = re.compile(r"^(?P<family>.+)-(?:high|normal|low)$")


class FlowDeployment(BaseModel):
    """A deployment that can be triggered."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(description="What `POST /api/v1/runs` takes as `flow`.", examples=["predict-price/interactive"])
    id: UUID = Field(description="Id of the deployment in Prefect.")
    capability: str | None = Field(description="Scope that a key needs.", examples=["crypto"])
    description: str | None = Field(description="What it does.")
    tags: list[str] = Field(description="Tags of its runs.")
    work_pool: str | None = Field(description="Where it runs.", examples=["interactive"])
    work_queue: str | None = Field(description="Queue of a run of normal priority.", examples=["crypto-normal"])
    paused: bool = Field(description="Whether its schedules are paused.")
    request_schema: dict[str, Any] = Field(description="JSON schema of its parameters; `request` is the one to send.")
    defaults: dict[str, Any] = Field(description="Parameters used where the request names none.")
    schedules: list[DeploymentSchedule] = Field(exclude=True)

    @property
    def flow(self) -> str:
        """Name of its flow."""
        return self.name.partition("/")[0]

    def queue(self, priority: str) -> str | None:
        """The queue of a priority; None keeps the deployment's own, on pools that have one queue alone."""
        named = _PRIORITY_QUEUE.match(self.work_queue or "")
        return f"{named['family']}-{priority}" if named else None

    @property
    def scopes(self) -> frozenset[str]:
        """Scopes that a key needs; for one that only starts others, those of what it starts."""
        needed = {ADMIN if self.capability is None else self.capability} - {WAITING}
        return frozenset(needed | ({TRAINING} if TRAINING in self.tags else set()))

    def is_for(self, caller: Caller) -> bool:
        """Whether the caller's scopes allow it."""
        return all(caller.may(scope) for scope in self.scopes)


class Catalogue:
    """The deployments, read from Prefect and kept for a few seconds."""

    def __init__(self, prefect: PrefectAccess) -> None:
        self._deployments = SharedRead(lambda budget: prefect.call(_read, budget), FRESH_SECONDS)

    async def all(self, *, fresh: bool = False, budget: float | None = None) -> list[FlowDeployment]:
        """Every deployment, in the order of their names."""
        return await self._deployments.latest(fresh=fresh, budget=budget)

    async def find(self, name: str) -> FlowDeployment:
        """A deployment by `flow/deployment`, or by its flow's name where that has one deployment.

        Raises:
            Problem: 404, there is none.
        """
        for fresh in (False, True):
            found = [one for one in await self.all(fresh=fresh) if name in (one.name, one.flow)]
            exact = [one for one in found if one.name == name]
            if exact or len(found) == 1:
                return (exact or found)[0]
        if found:
            names = ", ".join(one.name for one in found)
            raise Problem(404, f"{name!r} has several deployments; name one of {names}.", kind="no-such-flow")
        raise Problem(404, f"There is no deployment {name!r}; GET /api/v1/flows lists them.", kind="no-such-flow")

    async def by_id(self, deployment_id: UUID | None) -> FlowDeployment | None:
        """A deployment by its id; None when it was deleted."""
        for fresh in (False, True):
            for one in await self.all(fresh=fresh):
                if one.id == deployment_id:
                    return one
            if deployment_id is None:
                return None
        return None


async def _read(client: PrefectClient) -> list[FlowDeployment]:
    found: list[DeploymentResponse] = []
    while len(page := await client.read_deployments(limit=PAGE, offset=len(found))) == PAGE:
        found += page
    found += page
    flows: dict[UUID, str] = {}
    while len(names := await client.read_flows(limit=PAGE, offset=len(flows))) == PAGE:
        flows |= {flow.id: flow.name for flow in names}
    flows |= {flow.id: flow.name for flow in names}
    return sorted((_entry(one, flows[one.flow_id]) for one in found if one.flow_id in flows), key=lambda one: one.name)


def _entry(deployment: DeploymentResponse, flow: str) -> FlowDeployment:
    capability = next((tag.partition(":")[2] for tag in deployment.tags if tag.startswith("capability:")), None)
    return FlowDeployment(
        name=f"{flow}/{deployment.name}",
        id=deployment.id,
        capability=capability,
        description=deployment.description,
        tags=sorted(deployment.tags),
        work_pool=deployment.work_pool_name,
        work_queue=deployment.work_queue_name,
        paused=deployment.paused,
        request_schema=deployment.parameter_openapi_schema or {},
        defaults=deployment.parameters,
        schedules=list(deployment.schedules),
    )
