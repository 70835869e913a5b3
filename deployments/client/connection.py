"""Requests to the gateway, repeated where that is safe."""

import os
import time
from typing import Any

import httpx

from deployments.client.errors import GatewayAway, error_of

PATIENCE = 30.0
PASSING = {429, 502, 503, 504}


class Connection:
    """An HTTP connection that repeats what may be repeated: reads, and requests that carry an Idempotency-Key."""

    def __init__(self, url: str | None, api_key: str | None, patience: float) -> None:
        self.url = (url or os.environ.get("AIFLOWS_URL") or _local_gateway()).rstrip("/")
        key = api_key or os.environ.get("AIFLOWS_API_KEY")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.http = httpx.Client(base_url=self.url, headers=headers, timeout=httpx.Timeout(90, connect=5))
        self._patience = patience

    def request(self, method: str, path: str, *, repeatable: bool | None = None, **options: Any) -> httpx.Response:
        """The gateway's answer.

        Raises:
            GatewayAway: nothing answered in time.
            ApiError: the gateway answered an error.
        """
        repeatable = method in {"GET", "HEAD"} if repeatable is None else repeatable
        deadline = time.monotonic() + self._patience
        pause = 0.2
        while True:
            try:
                answer = self.http.request(method, path, **options)
            except httpx.TransportError as error:
                never_sent = isinstance(error, httpx.ConnectError)
                if not (repeatable or never_sent) or time.monotonic() + pause > deadline:
                    raise GatewayAway(self.url, type(error).__name__) from None
            else:
                if answer.is_success:
                    return answer
                pause = max(pause, _retry_after(answer))
                if answer.status_code not in PASSING or not repeatable or time.monotonic() + pause > deadline:
                    raise error_of(answer)
            time.sleep(pause)
            pause = min(pause * 2, 5.0)

    def close(self) -> None:
        """Close what is open."""
        self.http.close()


def _retry_after(answer: httpx.Response) -> float:
    written = answer.headers.get("retry-after", "")
    return float(written) if written.isdigit() else 0.0


def _local_gateway() -> str:
    from blocks.settings import get_settings  # noqa: PLC0415 - only where no address was given

    return get_settings().gateway_url
