"""Whose a run is: who asked for it, or whose schedule made it."""

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext

TAG = "owner:"
OWNED = "--"
"""Stands in a schedule's slug between its owner and what makes it unique. Those of prefect.yaml have no owner."""


def owner_of(run: FlowRun) -> str | None:
    """The owner that a run's tags name, else that of the schedule that made it: Prefect's scheduler adds no tags."""
    named = next((tag.removeprefix(TAG) for tag in run.tags if tag.startswith(TAG)), None)
    if named is None and run.created_by is not None and run.created_by.type == "SCHEDULE":
        return owner_of_schedule(run.created_by.display_value)
    return named


def owner_of_schedule(slug: str | None) -> str | None:
    """Owner of the schedule with this slug."""
    owner, mark, _ = (slug or "").rpartition(OWNED)
    return owner if mark else None


def give_run_to(owner: str) -> None:
    """Tag the current flow run with an owner where it has none, as where an automation made it."""
    context = FlowRunContext.get()
    if context and context.flow_run and owner_of(context.flow_run) is None:
        with get_client(sync_client=True) as client:
            client.update_flow_run(context.flow_run.id, tags=[*context.flow_run.tags, f"{TAG}{owner}"])


def current_owner() -> str | None:
    """Owner of the current flow run; None where nobody is named, as in plain Python."""
    context = FlowRunContext.get()
    return owner_of(context.flow_run) if context and context.flow_run else None
