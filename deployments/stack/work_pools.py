"""Work pools and queues of a local stack, as the design names them."""

from typing import Any

import yaml
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.workers.base import BaseWorker

from deployments.stack.layout import PROJECT

POOLS = {
    "interactive": ("warm", "Warm executors: flows imported, models resident. Everything that someone waits for."),
    "batch-cpu": ("process", "Long work on the CPU: training, backtests, rendering."),
    "batch-gpu": ("process", "Long work on a GPU: fine-tuning, video, radiance fields."),
}
PRIORITIES = {"high": 1, "normal": 2, "low": 3}


def declared_deployments() -> list[dict[str, Any]]:
    """The deployments of prefect.yaml."""
    declared: list[dict[str, Any]] = yaml.safe_load((PROJECT / "prefect.yaml").read_text())["deployments"]
    return declared


def interactive_queues() -> dict[str, int]:
    """Queues of `interactive` with their priorities (1 is first): three for each queue family in prefect.yaml."""
    families = sorted(
        {
            deployment["work_pool"]["work_queue_name"].rpartition("-")[0]
            for deployment in declared_deployments()
            if deployment["work_pool"]["name"] == "interactive"
        }
    )
    return {f"{family}-{name}": priority for family in families for name, priority in PRIORITIES.items()}


async def ensure_work_pools(client: PrefectClient) -> None:
    """Create the pools and queues that are not there; those that are keep their limits and pauses."""
    for name, (kind, description) in POOLS.items():
        worker = BaseWorker.get_worker_class_from_type(kind)
        if worker is None:
            raise LookupError(f"no worker of type {kind!r} is installed")
        try:
            await client.create_work_pool(
                WorkPoolCreate(
                    name=name,
                    type=kind,
                    description=description,
                    base_job_template=worker.get_default_base_job_template(),
                )
            )
        except ObjectAlreadyExists:
            continue
    for queue, priority in interactive_queues().items():
        try:
            await client.create_work_queue(name=queue, priority=priority, work_pool_name="interactive")
        except ObjectAlreadyExists:
            continue
