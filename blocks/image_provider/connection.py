"""Calls to the provider: each repeated only where the provider certainly made nothing."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import httpx2
from openai import APIConnectionError, APIStatusError, OpenAI

from blocks.exchange.transport import seconds_to_wait
from blocks.image_provider.errors import AnswerUnreadable, OutcomeUnknown, ProviderAway, ProviderBusy
from blocks.image_provider.outcome import Blocked
from blocks.image_provider.refusal import BUSY, REPEATED, SERVER_ERROR, blocked, refused, safe_id
from blocks.image_provider.transport import AnswerTooLarge, AnswerTooSlow, http_client

PAUSE: Final = 0.5
# Raised before a byte of the request has left.
NOT_SENT: Final = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)


@dataclass(frozen=True)
class Answer:
    """The bytes of an answer, how many attempts it took, and the provider's id of it."""

    body: bytes
    attempts: int
    request_id: str | None


@dataclass(frozen=True)
class Connection:
    """One account at the provider."""

    client: OpenAI
    attempts: int
    patience: float
    repeat_unknown: bool

    def ask(self, asked: str, parameters: Mapping[str, Any], key: str) -> Answer | Blocked:
        """Send `parameters` to the endpoint for pictures, or to the one for edits where they hold an `image`.

        `key` goes along as Idempotency-Key with every attempt: OpenAI documents no such header for pictures and
        ignores it, gateways in front of it may keep it. Raises `ImageProviderError`s.
        """
        deadline, served = time.monotonic() + self.patience, str(parameters["model"])
        for attempt in range(1, self.attempts + 1):
            try:
                return self._once(parameters, key, attempt)
            except APIStatusError as error:
                if (found := blocked(error, asked, served)) is not None:
                    return found
                if (final := refused(error, served)) is not None:
                    raise final from None  # the cause holds the request, and that the key
                pause = self._pause(error, attempt)
                trouble = f"HTTP {error.status_code}"
                busy = error.status_code == BUSY
            except (APIConnectionError, AnswerTooLarge, AnswerTooSlow) as error:
                trouble, busy = self._judge(error.__cause__ or error), False
                pause = PAUSE * 2 ** (attempt - 1)
            if attempt == self.attempts or time.monotonic() + pause > deadline:
                break
            time.sleep(pause)
        if busy:
            raise ProviderBusy(
                f"The provider's rate limit is used up: it asks to wait {pause:.0f} s, which is more than the "
                f"{self.patience:.0f} s of patience or the {self.attempts} attempts of the block. Try again later."
            )
        raise ProviderAway(
            f"The provider is not available: gave up after {attempt} attempts ({trouble}). Nothing was made; try again "
            "later, or ask for a model that runs here."
        )

    def _once(self, parameters: Mapping[str, Any], key: str, attempt: int) -> Answer:
        images = self.client.images.with_raw_response
        call = images.edit if "image" in parameters else images.generate
        raw = call(**parameters, extra_headers={"Idempotency-Key": key})
        return Answer(raw.http_response.content, attempt, safe_id(raw.http_response.headers.get("x-request-id")))

    def _pause(self, error: APIStatusError, attempt: int) -> float:
        """Seconds before the next attempt. Raises `OutcomeUnknown` where another might be paid for twice."""
        status = error.status_code
        told = error.response.headers.get("x-should-retry")
        if status >= SERVER_ERROR and status not in REPEATED and not self.repeat_unknown and told != "true":
            raise self._unknown(f"HTTP {status} from what stands before the provider") from None
        return _asked(error.response.headers) or PAUSE * 2 ** (attempt - 1)

    def _judge(self, cause: BaseException) -> str:
        """What broke, in words. Raises where asking again does not help, or might be paid for twice."""
        if isinstance(cause, AnswerTooLarge):
            raise AnswerUnreadable(f"The provider's answer was not read: {cause}.") from None
        if isinstance(cause, NOT_SENT):
            return "no connection"
        slow = isinstance(cause, AnswerTooSlow | httpx2.TimeoutException)
        trouble = "no answer in time" if slow else "the connection was cut"
        if not self.repeat_unknown:
            raise self._unknown(trouble) from None
        return trouble

    @staticmethod
    def _unknown(trouble: str) -> OutcomeUnknown:
        return OutcomeUnknown(
            f"The provider had the request and gave no answer ({trouble}): pictures may have been made and paid for, "
            "so it is not sent again. Look at the provider's usage page; ask again if you want to, give it more time "
            "with the block's `timeout`, or let it be sent again with `repeat_unknown`."
        )


def _asked(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait: of Retry-After (RFC 9110), or of OpenAI's finer header in milliseconds."""
    fine = headers.get("Retry-After-Ms", "")
    if fine.isascii() and fine.isdigit():
        return int(fine[:9]) / 1000
    return seconds_to_wait(headers.get("Retry-After"))


@lru_cache(maxsize=8)
def connect(
    *,
    base_url: str,
    api_key: str,
    organization: str | None,
    project: str | None,
    timeout: float,
    attempts: int,
    patience: float,
    repeat_unknown: bool,
    largest: int,
) -> Connection:
    """This process's connection with these settings. Its client sends once: which repeats are safe is judged here."""
    http = http_client(base_url, timeout, largest)
    # The timeout is given twice: the client takes one that equals httpx's own default for none at all.
    client = OpenAI(api_key=api_key, base_url=base_url, max_retries=0, http_client=http, timeout=http.timeout)
    client.organization, client.project = organization, project  # not what the environment holds for someone else
    return Connection(client, attempts, patience, repeat_unknown)
