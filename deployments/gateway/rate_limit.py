"""How many requests a key may make."""

import math
import time
from dataclasses import dataclass

import limits
from limits.aio.storage import Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.storage import storage_from_string
from pydantic import SecretStr

from deployments.gateway.problems import Problem


@dataclass(frozen=True)
class RateLimit:
    """What is left to a key after a request."""

    limit: int
    window: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """Header fields as draft-ietf-httpapi-ratelimit-headers names them."""
        return {
            "RateLimit-Policy": f'"key";q={self.limit};w={self.window}',
            "RateLimit": f'"key";r={self.remaining};t={self.reset}',
        }


class RateLimiter:
    """Counts the requests of each key, in this process's memory or in Redis for all replicas."""

    def __init__(self, rate: str, storage: SecretStr) -> None:
        self._rate = limits.parse(rate)
        store = storage_from_string(_asynchronous(storage.get_secret_value()))
        assert isinstance(store, Storage)  # noqa: S101 - the scheme names an asynchronous storage
        self._limiter = MovingWindowRateLimiter(store)

    async def take(self, owner: str) -> RateLimit:
        """Count one request.

        Raises:
            Problem: 429, the key has made too many.
        """
        allowed = await self._limiter.hit(self._rate, owner)
        window = await self._limiter.get_window_stats(self._rate, owner)
        left = RateLimit(
            limit=self._rate.amount,
            window=self._rate.get_expiry(),
            remaining=max(0, window.remaining),
            reset=max(1, math.ceil(window.reset_time - time.time())),
        )
        if not allowed:
            raise Problem(
                429,
                f"This key may make {left.limit} requests in {left.window} s. Try again in {left.reset} s.",
                kind="too-many-requests",
                headers={**left.headers, "Retry-After": str(left.reset)},
            )
        return left


def _asynchronous(url: str) -> str:
    return url if url.startswith("async+") else f"async+{url}"
