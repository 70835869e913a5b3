"""Prefect automations of a stack: what happens by itself when something else has."""

from datetime import timedelta
from typing import Final

from prefect.client.orchestration import PrefectClient
from prefect.events import AutomationCore, EventTrigger, Posture, RunDeployment
from prefect.exceptions import ObjectNotFound

from tasks.alerts import RAISED

CASES: Final = "Open the case of a grave alert"
DEPLOYMENT: Final = "open-case/interactive"


async def ensure_automations(api: str) -> None:
    """Create the automations that are not there; those that are stay as people left them, paused or changed."""
    async with PrefectClient(api) as client:
        if await client.read_automations_by_name(CASES):
            return
        try:
            deployment = await client.read_deployment_by_name(DEPLOYMENT)
        except ObjectNotFound:
            return
        await client.create_automation(
            AutomationCore(
                name=CASES,
                description="An alert with a score of 0.9 or more gets its page at once, without anybody asking.",
                trigger=EventTrigger(
                    expect={RAISED},
                    match={"prefect.resource.id": "fraud.alert.*", "fraud.alert.weight": "grave"},
                    for_each={"prefect.resource.id"},
                    posture=Posture.Reactive,
                    threshold=1,
                    within=timedelta(0),
                ),
                actions=[
                    RunDeployment(
                        deployment_id=deployment.id,
                        parameters={"request": {"alert_id": "{{ event.payload.alert_id }}"}},
                    )
                ],
            )
        )
