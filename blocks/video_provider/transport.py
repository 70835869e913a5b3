"""The HTTP side: an answer has a largest size and a longest time, and is never unpacked."""

import time
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import httpx

CONNECT_SECONDS: Final = 5.0
UNTIL: Final = "aiflows.until"


class AnswerTooLarge(Exception):
    """The answer has more bytes than any should have, or comes packed, so that its size can't be known."""


class AnswerTooSlow(Exception):
    """The answer did not end in time, though bytes of it kept coming."""


def http_client(base_url: str, seconds: float, largest: int) -> httpx.Client:
    """A client that reads at most `largest` bytes of an answer for at most `seconds`.

    It follows no redirect, which would take the key elsewhere.
    """

    def asked(request: httpx.Request) -> None:
        request.headers["Accept-Encoding"] = "identity"
        request.extensions[UNTIL] = time.monotonic() + seconds

    def answered(response: httpx.Response) -> None:
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            response.close()
            raise AnswerTooLarge("it comes packed, which was not asked for")
        if isinstance(response.stream, httpx.SyncByteStream):
            response.stream = _Limited(response.stream, largest, response.request.extensions[UNTIL])

    return httpx.Client(
        base_url=base_url,
        timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
        follow_redirects=False,
        event_hooks={"request": [asked], "response": [answered]},
    )


class _Limited(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, largest: int, until: float) -> None:
        self._stream = stream
        self._largest = largest
        self._until = until

    def __iter__(self) -> Iterator[bytes]:
        count = 0
        for chunk in self._stream:
            count += len(chunk)
            if count > self._largest:
                raise AnswerTooLarge(f"it has more than {self._largest / 1e6:,.0f} MB")
            if time.monotonic() > self._until:
                raise AnswerTooSlow
            yield chunk

    def close(self) -> None:
        self._stream.close()


def is_loopback(url: str) -> bool:
    """Whether an address is of this machine itself."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_private(url: str) -> bool:
    """Whether nobody on the way can read along: https, or this machine itself."""
    return urlsplit(url).scheme == "https" or (urlsplit(url).scheme == "http" and is_loopback(url))
