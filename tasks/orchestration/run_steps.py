"""The whole of an orchestration's work: children on workers, or in this process when called from plain Python."""

from collections.abc import Mapping, Sequence
from typing import cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from tasks.orchestration.deployment_children import DeploymentChildren
from tasks.orchestration.inline_children import Call, InlineChildren
from tasks.orchestration.patience import patiently
from tasks.orchestration.schedule import Ended, Schedule, Step
from tasks.run import run_id
from tasks.run_owner import TAG, current_owner


def run_steps(
    steps: Sequence[Step],
    *,
    priority: str,
    capabilities: dict[str, str],
    inline: Mapping[str, Call] | None,
) -> dict[str, Ended]:
    """Run the steps and give how each ended. `inline` gives the flows to call where there are no workers to ask.

    Raises `Cancelling` when the current run is cancelled; its children have been told then.
    """
    progress = patiently(lambda: cast("UUID", create_progress_artifact(key="orchestration-progress", progress=0.0)))

    def report(percent: float) -> None:
        patiently(lambda: update_progress_artifact(progress, progress=percent))

    if inline is not None:
        with InlineChildren(inline) as here:
            return Schedule(steps, here).run(report)
    owner = current_owner()
    tags = [] if owner is None else [f"{TAG}{owner}"]
    return Schedule(steps, DeploymentChildren(run_id(), capabilities, priority, tags)).run(report)
