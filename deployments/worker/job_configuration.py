"""What a pool, deployment or run may choose about how it runs, and the form that offers it."""

from typing import Literal

from prefect.workers.base import BaseJobConfiguration, BaseVariables
from pydantic import Field

Lane = Literal["executor", "waiting"]


class WarmJobConfiguration(BaseJobConfiguration):
    """Job variables of one run, resolved from pool, deployment and run."""

    lane: Lane = "executor"
    restarts: int = Field(default=1, ge=0, le=100)
    memory_limit_mb: int | None = Field(default=None, ge=64)


class WarmJobVariables(BaseVariables):
    """The pool's form in the Prefect UI."""

    lane: Lane = Field(
        default="executor",
        title="Lane",
        description=(
            "executor: the run has a process to itself. waiting: for flows that only wait for other runs; they share "
            "one process, hold no executor and cannot have environment variables or a memory limit of their own."
        ),
    )
    restarts: int = Field(
        default=1,
        ge=0,
        le=100,
        title="Restarts",
        description=(
            "How often a run is started again when its process died (crash, out of memory). 0: it ends Crashed at "
            "once; choose that for flows which must not run twice."
        ),
    )
    memory_limit_mb: int | None = Field(
        default=None,
        ge=64,
        title="Memory limit (MiB)",
        description="Resident memory at which the run's process is killed. Empty: no limit.",
    )


SHOWN = ("env", "lane", "restarts", "memory_limit_mb")


def base_job_template() -> dict[str, object]:
    """A pool's default template: only the variables that a warm worker heeds."""
    schema = WarmJobVariables.model_json_schema()
    properties = {name: schema["properties"][name] for name in SHOWN}
    return {
        "job_configuration": {name: "{{ " + name + " }}" for name in SHOWN},
        "variables": {"type": "object", "properties": properties},
    }
