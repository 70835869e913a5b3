"""What can be run."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from deployments.gateway.catalogue import FlowDeployment
from deployments.gateway.deps import CallerDep, ServicesDep
from deployments.gateway.problems import documented

router = APIRouter(prefix="/api/v1/flows", tags=["Runs"])


class Flows(BaseModel):
    """The deployments that a key may trigger."""

    flows: list[FlowDeployment] = Field(description="In the order of their names.")


@router.get("", summary="List what can be run, with the schema of each request", responses=documented(401, 429, 503))
async def list_flows(services: ServicesDep, caller: CallerDep) -> Flows:
    """Every deployment that this key's scopes allow; send one's `name` as `flow` to `POST /api/v1/runs`."""
    return Flows(flows=[one for one in await services.catalogue.all() if one.is_for(caller)])
