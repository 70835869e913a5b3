"""Calls to the provider: each repeated only where nothing can be paid for twice."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import uniform
from typing import Any, Final

import httpx
from runwayml import APIConnectionError, APIStatusError, RunwayML

from blocks.exchange.transport import seconds_to_wait
from blocks.video_provider.errors import AnswerUnreadable, OutcomeUnknown, ProviderAway, ProviderBusy
from blocks.video_provider.refusal import BUSY, NOT_FOUND, SHEDDING, refused
from blocks.video_provider.transport import AnswerTooLarge, AnswerTooSlow, http_client

PAUSE: Final = 0.5
LARGEST_ANSWER: Final = 2_000_000
# Raised before a byte of the request has left.
NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True)
class Connection:
    """One account at the provider."""

    client: RunwayML
    attempts: int
    patience: float
    repeat_unknown: bool

    def submit(self, parameters: Mapping[str, Any]) -> bytes:
        """Order a video: the answer holds the task's id. Raises `VideoProviderError`s."""
        if "prompt_image" in parameters:
            return self._repeated(
                lambda: self.client.image_to_video.with_raw_response.create(**parameters).http_response.content,
                pays=True,
            )
        return self._repeated(
            lambda: self.client.text_to_video.with_raw_response.create(**parameters).http_response.content, pays=True
        )

    def retrieve(self, task_id: str) -> bytes:
        """What the provider says of a task."""
        return self._repeated(
            lambda: self.client.tasks.with_raw_response.retrieve(task_id).http_response.content, task_id=task_id
        )

    def delete(self, task_id: str) -> None:
        """Cancel a task that runs; delete one that has ended. One that is not there is as it should be."""

        def call() -> bytes:
            try:
                self.client.tasks.delete(task_id)
            except APIStatusError as error:
                if error.status_code != NOT_FOUND:
                    raise
            return b""

        self._repeated(call, task_id=task_id)

    def organization(self) -> bytes:
        """The account's credits and limits."""
        return self._repeated(lambda: self.client.organization.with_raw_response.retrieve().http_response.content)

    def _repeated(self, call: Callable[[], bytes], *, pays: bool = False, task_id: str | None = None) -> bytes:
        deadline = time.monotonic() + self.patience
        for attempt in range(1, self.attempts + 1):
            pause, busy = PAUSE * 2 ** (attempt - 1) * uniform(1, 1.5), False  # noqa: S311 - spreads callers, as Runway asks
            try:
                return call()
            except APIStatusError as error:
                if (final := refused(error, task_id)) is not None:
                    raise final from None  # the cause holds the request, and that the key
                status = error.status_code
                trouble, busy = f"HTTP {status}", status == BUSY
                if pays and not busy and status not in SHEDDING and not self.repeat_unknown:
                    raise _unknown(trouble) from None
                pause = seconds_to_wait(error.response.headers.get("Retry-After")) or pause
            except (APIConnectionError, AnswerTooLarge, AnswerTooSlow, httpx.TransportError) as error:
                trouble = self._judge(error.__cause__ or error, pays)
            if attempt == self.attempts or time.monotonic() + pause > deadline:
                break
            time.sleep(pause)
        if busy:
            raise ProviderBusy(
                f"The provider's limit is used up: it asks to wait {pause:.0f} s, which is more than the "
                f"{self.patience:.0f} s of patience or the {self.attempts} attempts of the block. Try again later; "
                "videos a day are limited by the account's tier."
            )
        goes_on = f"Task {task_id} goes on there" if task_id else "Nothing was begun"
        raise ProviderAway(
            f"The provider is not available: gave up after {attempt} attempts ({trouble}). {goes_on}; try again later."
        )

    def _judge(self, cause: BaseException, pays: bool) -> str:
        """What broke, in words. Raises where asking again does not help, or might be paid for twice."""
        if isinstance(cause, AnswerTooLarge):
            raise AnswerUnreadable(f"The provider's answer was not read: {cause}.") from None
        if isinstance(cause, NOT_SENT):
            return "no connection"
        slow = isinstance(cause, AnswerTooSlow | httpx.TimeoutException)
        trouble = "no answer in time" if slow else "the connection was cut"
        if pays and not self.repeat_unknown:
            raise _unknown(trouble) from None
        return trouble


def _unknown(trouble: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"The provider had the request and gave no task id ({trouble}): a video may be on its way and paid for, so it "
        "is not sent again. Look at the provider's own list of tasks; ask again if you want to, or let it be sent "
        "again with the block's `repeat_unknown`."
    )


@lru_cache(maxsize=8)
def connect(
    *, base_url: str, api_key: str, timeout: float, attempts: int, patience: float, repeat_unknown: bool
) -> Connection:
    """This process's connection with these settings. Its client sends once: which repeats are safe is judged here."""
    http = http_client(base_url, timeout, LARGEST_ANSWER)
    client = RunwayML(api_key=api_key, base_url=base_url, max_retries=0, http_client=http, timeout=http.timeout)
    return Connection(client, attempts, patience, repeat_unknown)
