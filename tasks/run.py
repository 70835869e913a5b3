"""Which run this is: its id and where its assets go."""

from uuid import uuid4

from prefect.runtime import flow_run


def run_id() -> str:
    """Id of the current flow run; a fresh one outside of any run, so that a task's function can be called alone."""
    return str(flow_run.id or uuid4())


def asset_path(name: str, run: str | None = None) -> str:
    """Path in the asset store of the asset `name` of a run (default: the current one)."""
    return f"runs/{run or run_id()}/{name}"
