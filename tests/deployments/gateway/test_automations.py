"""What happens by itself: a grave alert gets its page."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId, FlowRunFilter
from prefect.client.schemas.objects import FlowRun

from blocks.alert_store import AlertFilter, AlertSignal, AlertStore
from deployments.stack.automations import CASES, ensure_automations
from flows.fraud.case import open_case
from tasks.alerts import raise_signals

pytestmark = [pytest.mark.gateway, pytest.mark.fraud]


async def runs_of(prefect: PrefectClient, deployment: UUID) -> list[FlowRun]:
    chosen = DeploymentFilter(id=DeploymentFilterId(any_=[deployment]))
    return await prefect.read_flow_runs(flow_run_filter=FlowRunFilter(), deployment_filter=chosen)


def raised(name: str, score: float) -> None:
    signal = AlertSignal(
        "trading", name, f"accounts {name}", "looks wrong", score, datetime.now(UTC), {"reasons": ["x"]}
    )
    assert len(raise_signals([signal])) == 1


async def test_a_grave_alert_opens_its_case_by_itself(
    prefect: PrefectClient,
    prefect_api: str,
    deploy: Callable[..., Awaitable[Any]],
    perform: Callable[..., Awaitable[Any]],
) -> None:
    await ensure_automations(prefect_api)
    assert await prefect.read_automations_by_name(CASES) == [], "nothing to run, no automation"
    deployed = await deploy(open_case, capability="fraud", name="interactive")
    await ensure_automations(prefect_api)
    await ensure_automations(prefect_api)
    [automation] = await prefect.read_automations_by_name(CASES)
    try:
        for number in range(60):  # the server takes up a new automation in its own time
            for score in (0.99, 0.5):
                await asyncio.to_thread(raised, f"{number}-{score}", score)
            await asyncio.sleep(0.5)
            if found := await runs_of(prefect, deployed.id):
                break
        asked = {run.parameters["request"]["alert_id"] for run in found}
        alerts = {one.alert_id: one.score for one in AlertStore.default().alerts(AlertFilter(), limit=200)}
        assert {alerts[alert_id] for alert_id in asked} == {0.99}
        run = found[0]
        await perform(deployed, run.id)
        done = await prefect.read_flow_run(run.id)
        assert done.state is not None
        assert done.state.is_completed()
        assert "owner:local" in done.tags
    finally:
        await prefect.delete_automation(automation.id)
