"""The real-time scorer as the gateway uses it: over a connection that stays, with no other way when it is away."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

import httpx
import orjson

from blocks.settings import Settings
from deployments.gateway.problems import Problem
from deployments.scorer.address import base_url, socket_path

CONNECT_SECONDS, ANSWER_SECONDS = 1.0, 10.0
CONNECTIONS = 32
RETRY_AFTER = "2"


class ScorerAccess:
    """Asks the scorer for verdicts."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Access while the context lasts; the scorer need not be up."""
        transport = httpx.AsyncHTTPTransport(
            uds=None if settings.scorer_url else str(socket_path(settings)),
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
        )
        timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        async with httpx.AsyncClient(transport=transport, base_url=base_url(settings), timeout=timeout) as client:
            yield cls(client)

    async def judge(self, owner: str, transactions: Sequence[Any]) -> bytes:
        """Verdicts as JSON, each of them stored.

        Raises:
            Problem: 409, an id was judged with other contents; 503, the scorer is away or can't store.
        """
        body = orjson.dumps({"owner": owner, "transactions": transactions})
        answer = await self._post(body)
        if answer.is_success:
            return answer.content
        raise _problem(answer)

    async def _post(self, body: bytes) -> httpx.Response:
        reason = ""
        for _ in range(2):  # a scorer that was restarted has closed the connection; a payment counts once anyhow
            try:
                return await self._client.post("/score", content=body)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError, httpx.ConnectError) as error:
                reason = type(error).__name__
            except httpx.TransportError as error:
                reason = type(error).__name__
                break
        raise Problem(
            503,
            f"The real-time scorer does not answer ({reason}). Repeat the request: a payment that was judged is not "
            "counted twice.",
            kind="scorer-away",
            headers={"Retry-After": RETRY_AFTER},
        )


def _problem(answer: httpx.Response) -> Problem:
    try:
        said = orjson.loads(answer.content)
        detail, kind, wait, extra = said["detail"], said["kind"], said["retry_after"], said["extra"]
    except (ValueError, KeyError, TypeError):
        return Problem(503, "The real-time scorer failed; its log says how.", headers={"Retry-After": RETRY_AFTER})
    headers = {"Retry-After": str(wait)} if wait else {}
    return Problem(answer.status_code, detail, kind=kind, headers=headers, extra=extra)
