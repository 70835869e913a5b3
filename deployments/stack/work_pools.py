"""Work pools and queues of a local stack, as the design names them."""

from typing import Any

import yaml

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
