"""Approvals: the answer to a run that is suspended until someone says yes or no."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from deployments.gateway.deps import RunDep, ServicesDep
from deployments.gateway.problems import documented
from deployments.gateway.run import StateName
from deployments.gateway.strict_json import StrictJsonRoute

router = APIRouter(prefix="/api/v1/runs", tags=["Runs"], route_class=StrictJsonRoute)


class ApprovalBody(BaseModel):
    """Yes or no."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"approve": True, "note": "checked the prices"}]}
    )

    approve: bool = Field(strict=True, description="Whether the run may do what it proposes.", examples=[True])
    note: str = Field("", max_length=500, description="Kept with the decision.", examples=["checked the prices"])


class Answered(BaseModel):
    """What the run was told."""

    run_id: UUID
    state: StateName = Field(description="Scheduled again; it goes on as soon as a worker is free.")
    approve: bool = Field(description="The answer that it goes by.")


@router.post(
    "/{run_id}/approval",
    summary="Approve or decline what a run proposes",
    status_code=202,
    responses=documented(401, 404, 409, 422, 429, 503),
)
async def approve_run(body: ApprovalBody, run: RunDep, services: ServicesDep) -> Answered:
    """Answer a suspended run, such as `rebalance-portfolio` with `execute`. Only its owner may, and once.

    Repeating the same answer changes nothing; another answer after the first is a 409.
    """
    after = await services.approvals.answer(run, body.approve, body.note)
    return Answered(run_id=run.id, state=services.view.accepted(after).state, approve=body.approve)
