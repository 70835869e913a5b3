"""Everything the client raises.

ClientError
├── GatewayAway         nothing answers, or what it needs is away (502, 503, 504), for longer than is worth waiting
├── ApiError            the gateway answers an error
│   ├── Refused         ... that asking again will not change: 4xx
│   └── RunNotCompleted ... there is no result, as the run failed, was cancelled, or has not ended
└── TransferError       a file did not arrive whole
"""

from typing import Any, Self

import httpx

AWAY = {502, 503, 504}
"""A proxy's answer for a gateway that is away, and the gateway's own while Prefect is."""


class ClientError(Exception):
    """The client could not do what was asked; the message says what to do."""


class GatewayAway(ClientError):
    """The gateway does not answer, or can't for now."""

    @classmethod
    def silent(cls, url: str, error: Exception) -> Self:
        """Nothing answers."""
        what = type(error).__name__
        return cls(f"The gateway at {url} does not answer ({what}). Start it with `make up`, or set AIFLOWS_URL.")


class ApiError(ClientError):
    """The gateway answered an RFC 9457 problem document."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.type = str(problem.get("type", "about:blank"))
        self.errors: list[dict[str, Any]] = problem.get("errors") or []
        lines = [f"  {error.get('pointer')}: {error.get('detail')}" for error in self.errors]
        told = str(problem.get("detail") or problem.get("title") or f"The gateway answered {status}.")
        super().__init__("\n".join(["The request can't be taken:", *lines]) if lines else told)


class Refused(ApiError):
    """A request that will be refused again: mend it first."""


class RunNotCompleted(ApiError):
    """There is no result to give."""


class TransferError(ClientError):
    """A file did not arrive whole."""


def error_of(response: httpx.Response) -> ClientError:
    """The error that an answer means."""
    try:
        problem = response.json()
    except ValueError:
        problem = {"detail": response.text[:500]}
    if not isinstance(problem, dict):
        problem = {"detail": str(problem)[:500]}
    if response.status_code in AWAY:
        where = f"{response.url.scheme}://{response.url.netloc.decode()}"
        return GatewayAway(f"The gateway at {where} can't for now: {problem.get('detail') or response.status_code}")
    if response.status_code == 409 and response.url.path.endswith("/result"):
        return RunNotCompleted(response.status_code, problem)
    if 400 <= response.status_code < 500:
        return Refused(response.status_code, problem)
    return ApiError(response.status_code, problem)
