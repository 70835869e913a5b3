"""Runs that schedules made. Prefect's scheduler tags none with its owner, by which the owner's runs are listed."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterExpectedStartTime, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound

from deployments.gateway.prefect_access import PrefectAccess
from deployments.gateway.problems import Problem
from tasks.run_owner import TAG, owner_of

logger = logging.getLogger("gateway")

EVERY_SECONDS = 15.0
AT_THE_START = timedelta(days=7)
"""How far back is looked first, for what was scheduled while no gateway ran."""
AGAIN = timedelta(minutes=10)
"""How far back is looked from then on."""


async def tag_scheduled_runs(prefect: PrefectAccess) -> None:
    """Tag, every quarter of a minute, the runs that owned schedules have made since."""
    since = datetime.now(UTC) - AT_THE_START
    while True:
        now = datetime.now(UTC)
        try:
            await tag_runs(prefect, since)
        except Problem as problem:
            logger.debug("Runs of schedules could not be looked for: %s", problem.document.detail)
        else:
            since = now - AGAIN
        await asyncio.sleep(EVERY_SECONDS)


async def tag_runs(prefect: PrefectAccess, since: datetime) -> None:
    """Tag the runs of owned schedules that are expected after `since`, an aware moment."""
    chosen = FlowRunFilter(
        tags=FlowRunFilterTags(all_=["auto-scheduled"]),
        expected_start_time=FlowRunFilterExpectedStartTime(after_=since),
    )
    for run in await prefect.every_run(chosen):
        if (owner := owner_of(run)) and f"{TAG}{owner}" not in run.tags:
            await _tag_one(prefect, run, owner)


async def _tag_one(prefect: PrefectAccess, run: FlowRun, owner: str) -> None:
    tags = [*run.tags, f"{TAG}{owner}"]
    try:
        await prefect.call(lambda client: client.update_flow_run(run.id, tags=tags))
    except ObjectNotFound:  # its schedule was paused meanwhile
        return
