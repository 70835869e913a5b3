"""Uploads that nobody goes on with are removed in time."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from deployments.gateway.abandoned_uploads import sweep_abandoned_uploads
from deployments.gateway.background import background

pytestmark = pytest.mark.gateway


async def test_an_upload_too_old_to_be_gone_on_with_is_removed(gateway: httpx.AsyncClient) -> None:
    begun = await gateway.post(
        "/api/v1/assets", params={"name": "a.csv"}, headers={"Upload-Complete": "?0"}, content=b"a,b\n"
    )
    async with background(sweep_abandoned_uploads(every=0.01), "sweep"):
        assert (await gateway.head(begun.headers["location"])).status_code == 204
    sweeping = background(sweep_abandoned_uploads(every=0.01, older_than=timedelta(0)), "sweep")
    async with sweeping, asyncio.timeout(20):
        while (await gateway.head(begun.headers["location"])).status_code != 404:
            pass
