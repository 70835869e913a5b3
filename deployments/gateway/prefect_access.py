"""Prefect's API as the gateway uses it: one client, passing refusals retried within the request's budget."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun
from prefect.context import SettingsContext, get_settings_context
from prefect.exceptions import PrefectHTTPStatusError

from deployments.gateway.problems import Problem

T = TypeVar("T")

logger = logging.getLogger("gateway")

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
RETRY_AFTER_SECONDS = 5
ATTEMPT_SECONDS = 10.0
LONGEST_PAUSE = 2.0
PAGE = 200


class PrefectAway(Problem):
    """Prefect did not answer within the budget."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(
            503,
            f"Prefect's API did not answer within {seconds:g} s ({reason}). Nothing was lost: repeat the request "
            "with the same Idempotency-Key.",
            kind="prefect-away",
            headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
        )


class PassingRefusal(Exception):
    """Prefect refuses now and may not in a moment."""


async def _raise_passing(response: httpx.Response) -> None:
    """Take the decision from Prefect's client, which waits two seconds even after the last attempt."""
    if response.status_code in PASSING:
        raise PassingRefusal(f"answered {response.status_code}")


class PrefectAccess:
    """Calls Prefect's API.

    Prefect's own client would wait 2, 4, 8 … seconds between attempts, whatever the request's budget; here it tries
    once and the gateway decides.
    """

    def __init__(self, client: PrefectClient, budget: float) -> None:
        self._client = client
        self.budget = budget
        current = get_settings_context()
        self._profile = current.profile
        client_settings = current.settings.client.model_copy(update={"max_retries": 0})
        self._settings = current.settings.model_copy(update={"client": client_settings})

    @classmethod
    @asynccontextmanager
    async def open(cls, api_url: str, budget: float) -> AsyncIterator["PrefectAccess"]:
        """A client of the Prefect API at `api_url`; the server need not be up."""
        settings = {
            "event_hooks": {"response": [_raise_passing]},
            "limits": httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=25),
            "timeout": httpx.Timeout(ATTEMPT_SECONDS, connect=3, pool=60),
        }
        async with PrefectClient(api_url, httpx_settings=settings) as client:
            yield cls(client, budget)

    async def every_run(self, chosen: FlowRunFilter) -> list[FlowRun]:
        """All runs that a filter chooses, however many.

        Raises:
            PrefectAway: as `call`.
        """
        runs: list[FlowRun] = []
        while True:
            offset = len(runs)

            async def read(client: PrefectClient, offset: int = offset) -> list[FlowRun]:
                return await client.read_flow_runs(flow_run_filter=chosen, limit=PAGE, offset=offset)

            page = await self.call(read)
            runs += page
            if len(page) < PAGE:
                return runs

    async def call(self, operation: Callable[[PrefectClient], Awaitable[T]], budget: float | None = None) -> T:
        """The outcome of `operation`, retried while Prefect refuses in passing.

        Only operations that may be repeated safely belong here.

        Raises:
            PrefectAway: the budget (seconds) ran out.
            ObjectNotFound: Prefect has no such object.
            PrefectHTTPStatusError: Prefect refuses for good.
        """
        budget = self.budget if budget is None else budget
        deadline = time.monotonic() + budget
        pause = 0.1
        while True:
            try:
                with SettingsContext(profile=self._profile, settings=self._settings):
                    async with asyncio.timeout(max(0.1, deadline - time.monotonic())):
                        return await operation(self._client)
            except (httpx.TransportError, TimeoutError) as error:
                reason = type(error).__name__
            except PassingRefusal as error:
                reason = str(error)
            except PrefectHTTPStatusError as error:
                if error.response.status_code != 403 or "CSRF" not in error.response.text:
                    raise
                reason = "wants a new CSRF token"  # its client has fetched one by now
            pause = min(LONGEST_PAUSE, pause * 2)
            wait = random.uniform(pause / 2, pause)  # noqa: S311 - spreads retries, guards nothing
            if time.monotonic() + wait >= deadline:
                logger.warning("Prefect's API is away: %s", reason)
                raise PrefectAway(budget, reason)
            await asyncio.sleep(wait)
