"""A person's word on a proposal: the run is suspended until it comes, and holds no executor meanwhile."""

import json
from datetime import UTC, datetime
from typing import Final, Literal
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.runtime import deployment, flow_run
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import AssetStore
from tasks.portfolio.proposal import Proposal
from tasks.run import asset_path

KEY: Final = "approval"
DECISION: Final = "decision.json"
RESUMING: Final = "Resuming"
GRACE_SECONDS: Final = 3600
"""How long after a proposal has expired Prefect waits before it fails the run, should nobody have ended it by then."""


class Approval(RunInput):
    """The form on the run's page."""

    approve: bool = Field(description="Whether the orders may be carried out as they stand.")
    note: str = Field("", max_length=500, description="Anything worth remembering with the decision.")


class Decision(BaseModel):
    """What was decided about a proposal."""

    model_config = ConfigDict(frozen=True)

    outcome: Literal["approved", "declined", "expired"] = Field(description="What was decided.")
    decided_at: datetime = Field(description="When the answer came, UTC; when it expired if none did in time.")
    note: str = Field(description="The note that came with it.")


class NotDeployed(RuntimeError):
    """This call can't be suspended, so nobody could approve its orders."""


def require_approvable() -> None:
    """Raise `NotDeployed` when the run has no deployment: Prefect can only resume runs that a worker can pick up."""
    if flow_run.id is None or deployment.id is None or flow_run.parent_flow_run_id is not None:
        raise NotDeployed(
            "Orders are carried out after approval alone, and only a run of a deployment can wait for one: start it "
            'through the gateway, the Prefect UI or run_deployment, or use execute="no" for the proposal alone.'
        )


def await_decision(proposal: Proposal) -> Decision:
    """The decision; suspends the run until there is one. To be called by a flow, not by a task.

    The first answer is kept, so that a run which is repeated later than the proposal's expiry goes by what was decided.
    """
    store, path = AssetStore.default(), asset_path(DECISION)
    if store.exists(path):
        with store.open(path) as stream:
            return Decision.model_validate(json.load(stream))
    assert proposal.expires_at is not None  # noqa: S101 - proposals that are to be executed expire
    left = (proposal.expires_at - datetime.now(UTC)).total_seconds()
    form = Approval.with_initial_data(description=_question(proposal))
    answer = suspend_flow_run(wait_for_input=form, key=KEY, timeout=max(1, int(left)) + GRACE_SECONDS)
    answered_at = _answered_at() or datetime.now(UTC)
    outcome: Literal["approved", "declined", "expired"] = "approved" if answer.approve else "declined"
    if answered_at > proposal.expires_at:
        outcome, answered_at = "expired", proposal.expires_at
    decision = Decision(outcome=outcome, decided_at=answered_at, note=answer.note)
    store.put(path, decision.model_dump_json().encode(), "application/json")
    return decision


def _answered_at() -> datetime | None:
    """When the run was resumed, by the server's clock."""
    with get_client(sync_client=True) as client:
        states = client.read_flow_run_states(UUID(str(flow_run.id)))
    return max((state.timestamp for state in states if state.name == RESUMING), default=None)


def _question(proposal: Proposal) -> str:
    where = "on paper" if proposal.execute == "paper" else f"with **real money at {proposal.exchange}**"
    return (
        f"Carry out {proposal.count} {where}? In all {proposal.turnover:.1%} of "
        f"{float(proposal.total):,.2f} {proposal.quote} would be traded; the artifacts of this run show what. Without "
        f"an answer by {proposal.expires_at:%Y-%m-%d %H:%M} UTC nothing is."
    )
