"""Reddit's API with the credentials of an app, through PRAW."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import praw
import requests
from prawcore import Requestor
from prawcore.exceptions import OAuthException, PrawcoreException, RequestException, ResponseException, TooManyRequests
from requests.adapters import HTTPAdapter

from blocks.social.errors import FeedAway, FeedBusy, FeedError, FeedRefused, FeedUnreadable
from blocks.social.reader import CONNECT_SECONDS, MOST_BYTES, USER_AGENT

API: Final = "Reddit's API"


class _Bounded:
    """A response's stream that ends in an error once it is larger than a listing can be."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def stream(self, amount: int, **options: Any) -> Iterator[bytes]:
        """The chunks, as urllib3 gives them."""
        count = 0
        for chunk in self._raw.stream(amount, **options):
            count += len(chunk)
            if count > MOST_BYTES:
                self._raw.close()  # half read, its connection can't be used again
                raise FeedUnreadable(f"{API} sends more than {MOST_BYTES:,} bytes, which no listing has.")
            yield chunk


class _Adapter(HTTPAdapter):
    def send(self, *args: Any, **options: Any) -> requests.Response:
        """Send with a short connect timeout, and bound what comes back."""
        reading = options.get("timeout")
        if isinstance(reading, (int, float)):
            options["timeout"] = (min(CONNECT_SECONDS, reading), reading)
        response = super().send(*args, **options)
        response.raw = _Bounded(response.raw)
        return response


@contextmanager
def asking(
    client_id: str, client_secret: str, *, address: str | None, timeout: float
) -> Iterator[Callable[[str, Mapping[str, str | int]], Any]]:
    """A function from path and query to the JSON that Reddit answers with; it raises `FeedError`s.

    The token is application-only (read), fetched when it is needed. PRAW keeps to Reddit's rate limit and repeats what
    failed in passing; where the limit is used up this raises `FeedBusy` rather than sleep for minutes.
    """
    with requests.Session() as session:
        yield _asking(session, client_id, client_secret, address, timeout)


def _asking(
    session: requests.Session, client_id: str, client_secret: str, address: str | None, timeout: float
) -> Callable[[str, Mapping[str, str | int]], Any]:
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter())
    addresses = {"reddit_url": address, "oauth_url": address} if address else {}
    reddit = praw.Reddit(
        client_id=client_id,
        client_secret=client_secret,
        user_agent=USER_AGENT,
        check_for_updates=False,
        check_for_async=False,
        ratelimit_seconds=0,
        timeout=max(1, round(timeout)),
        requestor_class=Requestor,
        requestor_kwargs={"session": session},
        **addresses,
    )
    reddit.read_only = True

    def ask(path: str, params: Mapping[str, str | int]) -> Any:
        remaining = reddit.auth.limits["remaining"]
        if remaining is not None and float(remaining) < 1:
            raise FeedBusy(f"{API} has had enough requests of this app for now: ask again later.")
        try:
            return reddit.request(method="GET", path=path.lstrip("/"), params=dict(params))
        except (PrawcoreException, praw.exceptions.PRAWException, requests.RequestException, ValueError) as error:
            raise _explained(error) from None  # the request's headers, with the token, are in what prawcore raises

    return ask


def _explained(error: Exception) -> FeedError:
    if isinstance(error, RequestException):
        cause = error.original_exception
        if isinstance(cause, FeedError):
            return cause
        return FeedAway(f"{API} could not be reached ({type(cause).__name__}): is the network away?")
    if isinstance(error, TooManyRequests):
        return FeedBusy(f"{API} has had enough requests of this app for now (HTTP 429): ask again later.")
    status = error.response.status_code if isinstance(error, ResponseException) else None
    if isinstance(error, OAuthException) or status in {401, 403}:
        return FeedRefused(f"{API} does not accept client_id and client_secret: check them in the block.")
    if status is not None and status >= 300:
        return FeedAway(f"{API} keeps failing (HTTP {status}); try again later.")
    return FeedUnreadable(
        f"{API} answered with something that is no JSON ({type(error).__name__}): is a proxy between?"
    )
