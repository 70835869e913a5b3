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
PRIORITIES = ("high", "normal", "low")


def declared_deployments() -> list[dict[str, Any]]:
    """The deployments of prefect.yaml."""
    declared: list[dict[str, Any]] = yaml.safe_load((PROJECT / "prefect.yaml").read_text())["deployments"]
    return declared


def interactive_queues() -> list[str]:
    """Queues of `interactive`, first served first: three for each queue family in prefect.yaml.

    No two queues of a Prefect pool can have the same priority, so every family's high comes before any family's normal.
    """
    families = sorted(
        {
            deployment["work_pool"]["work_queue_name"].rpartition("-")[0]
            for deployment in declared_deployments()
            if deployment["work_pool"]["name"] == "interactive"
        }
    )
    return [f"{family}-{priority}" for priority in PRIORITIES for family in families]


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
    await _ensure_queues(client)


async def _ensure_queues(client: PrefectClient) -> None:
    found = {queue.name: queue for queue in await client.read_work_queues(work_pool_name="interactive")}
    # In ascending order, as giving one queue a priority moves those behind it.
    for priority, name in enumerate(interactive_queues(), start=1):
        if name not in found:
            await client.create_work_queue(name=name, priority=priority, work_pool_name="interactive")
        elif found[name].priority != priority:
            await client.update_work_queue(found[name].id, priority=priority)
