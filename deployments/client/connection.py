"""Requests to the gateway, repeated where that is safe."""

import os
import time
from collections.abc import Generator
from typing import Any

import httpx

from deployments.client.errors import AWAY, ClientError, GatewayAway, error_of

PATIENCE = 30.0
PASSING = AWAY | {429}
"""Answers that asking again may change."""


class Connection:
    """An HTTP connection that repeats what may be repeated: reads, and requests that carry an Idempotency-Key."""

    def __init__(self, url: str | None, api_key: str | None, patience: float) -> None:
        self.url = _checked_url(url or os.environ.get("AIFLOWS_URL") or _local_gateway())
        key = _checked_key((api_key or os.environ.get("AIFLOWS_API_KEY") or "").strip())
        self.http = httpx.Client(base_url=self.url, auth=_Key(self.url, key), timeout=httpx.Timeout(90, connect=5))
        self.patience = patience

    def request(self, method: str, path: str, *, repeatable: bool | None = None, **options: Any) -> httpx.Response:
        """The gateway's answer.

        Raises:
            GatewayAway: nothing answered in time.
            ApiError: the gateway answered an error.
        """
        repeatable = method in {"GET", "HEAD"} if repeatable is None else repeatable
        deadline = time.monotonic() + self.patience
        pause = 0.2
        while True:
            try:
                answer = self.http.request(method, path, **options)
            except httpx.TransportError as error:
                never_sent = isinstance(error, httpx.ConnectError)
                if not (repeatable or never_sent) or time.monotonic() + pause > deadline:
                    raise GatewayAway.silent(self.url, error) from None
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


class _Key(httpx.Auth):
    """Sends the API key to the gateway alone: the address of an asset may be another server's."""

    def __init__(self, url: str, key: str) -> None:
        self._origin = _origin(httpx.URL(url))
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the key where it belongs."""
        if self._key and _origin(request.url) == self._origin:
            request.headers["Authorization"] = f"Bearer {self._key}"
        yield request


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _checked_url(url: str) -> str:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL()
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise ClientError(f"{url!r} is no address of a gateway: write http://host:port (AIFLOWS_URL).")
    return url.rstrip("/")


def _checked_key(key: str) -> str:
    if not (key.isascii() and (key.isprintable() or not key)):
        raise ClientError("The API key (AIFLOWS_API_KEY) has characters that no key has; copy it again.")
    return key


def _retry_after(answer: httpx.Response) -> float:
    written = answer.headers.get("retry-after", "")
    return float(written) if written.isdigit() else 0.0


def _local_gateway() -> str:
    from blocks.settings import get_settings  # noqa: PLC0415 - only where no address was given

    return get_settings().gateway_url
