"""The real-time scorer as the gateway uses it: over connections that stay, with no other way when it is away."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

import orjson

from blocks.settings import Settings
from deployments.gateway.problems import Problem
from deployments.gateway.scorer_connection import Answer, ScorerAwayError, ScorerBusyError, ScorerConnections

ANSWER_SECONDS = 10.0
MOST_WAITING = 500
RETRY_AFTER = "2"


class ScorerAccess:
    """Asks the scorer for verdicts."""

    def __init__(self, connections: ScorerConnections) -> None:
        self._connections = connections

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: Settings) -> AsyncIterator[Self]:
        """Access while the context lasts; the scorer need not be up."""
        connections = ScorerConnections(settings)
        try:
            yield cls(connections)
        finally:
            connections.close()

    async def judge(self, owner: str, transactions: Sequence[Any]) -> bytes:
        """Verdicts as JSON, each of them stored.

        Raises:
            Problem: 409, an id was judged with other contents; 503, the scorer is away, busy or can't store.
        """
        body = orjson.dumps({"owner": owner, "transactions": transactions})
        try:
            answer = await self._connections.post("/score", body, seconds=ANSWER_SECONDS, most_waiting=MOST_WAITING)
        except ScorerBusyError as error:
            raise _away("scorer-busy", f"The real-time scorer is behind ({error})") from None
        except ScorerAwayError as error:
            raise _away("scorer-away", f"The real-time scorer does not answer ({error})") from None
        if answer.status == 200:
            return answer.content
        raise _problem(answer)


def _away(kind: str, what: str) -> Problem:
    return Problem(
        503,
        f"{what}. Repeat the request: a payment that was judged is not counted twice.",
        kind=kind,
        headers={"Retry-After": RETRY_AFTER},
    )


def _problem(answer: Answer) -> Problem:
    try:
        said = orjson.loads(answer.content)
        detail, kind, wait, extra = said["detail"], said["kind"], said["retry_after"], said["extra"]
    except (ValueError, KeyError, TypeError):
        return Problem(503, "The real-time scorer failed; its log says how.", headers={"Retry-After": RETRY_AFTER})
    headers = {"Retry-After": str(wait)} if wait else {}
    return Problem(answer.status, detail, kind=kind, headers=headers, extra=extra)
