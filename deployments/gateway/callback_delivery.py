"""Sending one signed callback to a public address: the address that was checked is the one that is connected to."""

import asyncio
import json
import ssl
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpcore
from starlette.concurrency import run_in_threadpool

from blocks.source.address import allowed_addresses, resolve
from blocks.source.errors import SourceError
from deployments.gateway.problems import invalid
from deployments.gateway.settings import GatewaySettings
from deployments.gateway.webhook_signature import callback_secret, signature

SECONDS = 10.0
WHOLE_SECONDS = 30.0
"""How long a delivery may take in all: a receiver that answers a byte now and then holds up nobody."""


class DeliveryFailed(Exception):
    """The callback was not taken."""


class PinnedBackend(httpcore.AnyIOBackend):
    """Connects to the addresses that were checked, whatever the name resolves to by then."""

    def __init__(self, addresses: list[str]) -> None:
        self._addresses = addresses

    async def connect_tcp(self, host: str, port: int, **options: object) -> httpcore.AsyncNetworkStream:  # type: ignore[override]  # passes every option through
        """Connect to the first address that answers."""
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._addresses:
            try:
                return await super().connect_tcp(address, port, **options)  # type: ignore[arg-type]  # as above
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


class CallbackDelivery:
    """Delivers callbacks."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings

    async def check(self, url: str, pointer: str = "/callback") -> None:
        """Refuse an address that callbacks may not go to; `pointer` says where in the body it stands.

        Raises:
            Problem: 422.
        """
        try:
            await self._addresses(url)
        except SourceError:
            raise invalid(pointer, "must be the https address of a host on the public internet") from None

    async def deliver(self, url: str, message_id: str, owner: str, message: Mapping[str, object]) -> None:
        """Send a message once; `message_id` is the same whenever it is sent again.

        Raises:
            DeliveryFailed: no connection, or another answer than 2xx. Redirects are not followed.
        """
        body = json.dumps(message).encode()
        now = int(time.time())
        secret = callback_secret(self._settings, owner)
        headers: dict[bytes | str, bytes | str] = {
            "Host": urlsplit(url).netloc,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "User-Agent": "aiflows-gateway",
            "Webhook-Id": message_id,
            "Webhook-Timestamp": str(now),
            "Webhook-Signature": signature(secret, message_id, now, body),
        }
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)
        try:
            backend = PinnedBackend(await self._addresses(url))
            async with (
                asyncio.timeout(WHOLE_SECONDS),
                httpcore.AsyncConnectionPool(
                    ssl_context=ssl.create_default_context(), network_backend=backend, max_connections=1
                ) as pool,
                pool.stream("POST", url, headers=headers, content=body, extensions={"timeout": timeouts}) as answer,
            ):
                status = answer.status
        except (
            SourceError,
            TimeoutError,
            ValueError,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.TimeoutException,
        ) as error:
            raise DeliveryFailed(type(error).__name__) from error
        if not 200 <= status < 300:
            raise DeliveryFailed(f"answered {status}")

    async def _addresses(self, url: str) -> list[str]:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if self._settings.gateway_callback_insecure:
            return await run_in_threadpool(resolve, host, parts.port or (443 if parts.scheme == "https" else 80))
        if parts.scheme != "https":
            raise SourceError("Callbacks go to https addresses alone.")
        found = await run_in_threadpool(resolve, host, parts.port or 443)
        return allowed_addresses(host, found, ())
