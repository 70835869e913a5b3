"""Waiting out a Prefect server that is away, as through its restart."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

import httpx
from prefect.exceptions import PrefectHTTPStatusError

PATIENCE = 600.0
"""Seconds for which a server that is away is waited for."""
LONGEST_PAUSE = 5.0
TRY_LATER = {408, 429}

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


def patiently(request: Callable[[], Answer], seconds: float = PATIENCE) -> Answer:
    """The answer to a request, repeated while the server is away; the request must be safe to repeat.

    Raises:
        PrefectHTTPStatusError: the server refuses it (4xx), or fails for longer than `seconds`.
        httpx.TransportError: the server was away for longer than `seconds`.
    """
    deadline = time.monotonic() + seconds
    pause = 0.2
    while True:
        try:
            return request()
        except (httpx.TransportError, PrefectHTTPStatusError) as error:
            if not is_passing(error) or time.monotonic() > deadline:
                raise
            logger.warning("The Prefect server is away (%s); asking again", type(error).__name__)
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def is_passing(error: httpx.TransportError | PrefectHTTPStatusError) -> bool:
    """Whether asking again may help."""
    if isinstance(error, PrefectHTTPStatusError):
        return error.response.status_code >= 500 or error.response.status_code in TRY_LATER
    return True
