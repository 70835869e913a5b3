"""What a pool, deployment or run may choose about how it runs, and the form that offers it."""

from collections.abc import Mapping
from typing import Any, Literal

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.workers.base import BaseJobConfiguration, BaseVariables
from pydantic import Field, ValidationError

Lane = Literal["executor", "waiting"]


class WarmJobConfiguration(BaseJobConfiguration):
    """Job variables of one run, resolved from pool, deployment and run."""

    lane: Lane = "executor"
    restarts: int = Field(default=1, ge=0, le=100)
    memory_limit_mb: int | None = Field(default=None, ge=64)


class UnusableJobVariables(Exception):
    """Job variables name a block that is not there, or have values that none can have. No value stands in the text."""


async def resolved(
    client: PrefectClient, template: dict[str, Any], deployment: Mapping[str, Any], run: Mapping[str, Any]
) -> WarmJobConfiguration:
    """The configuration of one run: its own variables before the deployment's before the pool's.

    Raises:
        UnusableJobVariables: they can't be had.
        httpx.HTTPError: the server did not say what a block holds.
    """
    values = {**deployment, **run}
    if isinstance(deployment.get("env"), dict) and isinstance(run.get("env"), dict):
        values["env"] = {**deployment["env"], **run["env"]}
    try:
        configuration: WarmJobConfiguration = await WarmJobConfiguration.from_template_and_values(
            base_job_template=template, values=values, client=client
        )
    except httpx.HTTPError:
        raise
    except ValidationError as error:  # its own text quotes the values, which may be secrets out of blocks
        wrong = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_input=False))
        raise UnusableJobVariables("; ".join(wrong)) from None
    except Exception as error:  # noqa: BLE001 - Prefect raises all kinds for a reference that leads nowhere
        raise UnusableJobVariables(str(error) or type(error).__name__) from None
    return configuration


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
