"""Questions to CoinGecko: from the cache, else by a call that the budget allows, repeated where that may help."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final

import httpx
from coingecko_sdk import (
    APIConnectionError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    Coingecko,
    Omit,
    omit,
)

from blocks.coingecko.budget import MINUTE, Budget, BudgetSpent
from blocks.coingecko.cache import Cache
from blocks.exchange import ExchangeUnavailable
from blocks.exchange.network import require_network
from blocks.exchange.transport import seconds_to_wait

Method = Callable[[Coingecko], Callable[..., Any]]

CONNECT_SECONDS: Final = 3.0
PAUSE: Final = 0.5
TOO_MANY: Final = 429
SERVER_ERROR: Final = 500
# https://docs.coingecko.com/docs/errors-and-rate-limits
REFUSALS: Final = {
    401: "it does not accept the API key: is it one of the plan that the block names?",
    403: "it refuses this address, or the plan has no such data",
    404: "it knows no such coin",
}


class Refused(ExchangeUnavailable):
    """CoinGecko answered with an error that asking again does not mend."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Connection:
    """One account at CoinGecko."""

    client: Coingecko
    budget: Budget
    cache: Cache
    attempts: int
    patience: float

    def ask(self, name: str, seconds: float, method: Method, **arguments: Any) -> Any:
        """What a method of the client (its raw form) answers to `arguments`, kept for some seconds under `name`.

        Raises `BudgetSpent` when no call is left in time, `Refused`, `NetworkAway` and `ExchangeUnavailable`.
        """
        question = f"{self.budget.account} {self.client.base_url} {name} {sorted(arguments.items())}"
        if (known := self.cache.get(question)) is not None:
            return known
        require_network(str(self.client.base_url))
        answer = self._repeated(partial(method(self.client), **arguments, extra_headers=self._headers))
        self.cache.put(question, answer, seconds)
        return answer

    @property
    def _headers(self) -> dict[str, Omit]:
        """The client insists on being told that there is no key."""
        return {} if self.client.pro_api_key or self.client.demo_api_key else {"x-cg-demo-api-key": omit}

    def _repeated(self, call: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + self.patience
        for attempt in range(1, self.attempts + 1):
            self._take(deadline)
            try:
                return call().http_response.json()
            except APIStatusError as error:
                trouble: Exception = error
                self._judge(error)
            except (APIConnectionError, APIResponseValidationError, ValueError) as error:
                trouble = error
            pause = PAUSE * 2 ** (attempt - 1)
            if attempt == self.attempts or time.monotonic() + pause > deadline:
                break
            time.sleep(pause)
        raise ExchangeUnavailable(
            f"CoinGecko is not available: gave up after {attempt} attempts ({_kind(trouble)}). Try again later, or "
            "name an exchange."
        ) from trouble

    def _take(self, deadline: float) -> None:
        """Count a call, waiting for one as long as patience lasts."""
        while wait := self.budget.take():
            if time.monotonic() + wait > deadline:
                raise BudgetSpent(
                    f"The next call to CoinGecko is free in {wait:.0f} s (at most {self.budget.a_minute} a minute): "
                    "try again then, or name an exchange."
                )
            time.sleep(wait)

    def _judge(self, error: APIStatusError) -> None:
        """Raise where asking again does not help; a limit that is met holds for all processes."""
        if error.status_code == TOO_MANY:
            self.budget.pause(seconds_to_wait(error.response.headers.get("Retry-After")) or MINUTE)
        elif error.status_code < SERVER_ERROR:
            reason = REFUSALS.get(error.status_code, "it takes the request for wrong")
            raise Refused(
                f"CoinGecko refused (HTTP {error.status_code}): {reason}. It says: {_said(error)}", error.status_code
            ) from error


@lru_cache(maxsize=8)
def connect(
    *,
    base_url: str,
    api_key: str | None,
    plan: str,
    timeout: float,
    budget: Budget,
    cache: Cache,
    attempts: int,
    patience: float,
) -> Connection:
    """This process's connection with these settings.

    Its client sends each call once, as repeats have to be counted, and follows no redirect, which would take the key
    elsewhere.
    """
    client = Coingecko(
        base_url=base_url,
        max_retries=0,
        http_client=httpx.Client(
            base_url=base_url,
            timeout=httpx.Timeout(timeout, connect=min(timeout, CONNECT_SECONDS)),
            follow_redirects=False,
        ),
    )
    client.pro_api_key = api_key if plan == "pro" else None  # not what the environment holds for someone else
    client.demo_api_key = api_key if plan == "demo" else None
    return Connection(client, budget, cache, attempts, patience)


def _said(error: APIStatusError) -> str:
    """The reason that came with the error, in one line; the body never holds the key."""
    return " ".join(str(error.body).split())[:200]


def _kind(error: Exception) -> str:
    if isinstance(error, APIStatusError):
        return f"HTTP {error.status_code}"
    if isinstance(error, APITimeoutError):
        return "no answer in time"
    return "something other than CoinGecko answers" if isinstance(error, ValueError) else type(error).__name__
