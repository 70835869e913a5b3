"""Reading feeds over HTTP: bounded in time and bytes, patient with limits, and never led into a private network."""

import json
import random
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any, Final
from urllib.parse import urlencode, urljoin, urlsplit

import httpcore

from blocks.social.errors import FeedAway, FeedBusy, FeedError, FeedRefused, FeedUnreadable
from blocks.social.lookup import bounded_resolve
from blocks.social.waiting import seconds_asked
from blocks.source.address import Network
from blocks.source.errors import SourceError, shown
from blocks.source.https import PinnedBackend
from blocks.source.settings import SourceSettings

USER_AGENT: Final = "python:ai-orchestration:v0.1 (market sentiment; reads public posts)"
CONNECT_SECONDS: Final = 3.0
MOST_REDIRECTS: Final = 3
MOST_BYTES: Final = 8 << 20
ANYWHERE: Final = (ip_network("0.0.0.0/0"), ip_network("::/0"))
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PASSING: Final = frozenset({408, 425, 500, 502, 503, 504, 520, 522, 524})
_FINAL: Final = {
    401: "it does not accept the credentials: check them in the block",
    402: "the plan of these credentials does not include this request",
    403: "it refuses this caller: give credentials in the block, or lower how often it is asked",
    404: "there is nothing at this address: check base_url in the block",
    410: "it is gone: take it out of the block",
    451: "it does not serve this country",
}


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers in lower case, and the whole body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON. Raises `FeedUnreadable`."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise FeedUnreadable(
                f"{shown(self.url)} answered with something that is no JSON: is there a login page or a proxy between?"
            ) from error


@dataclass(frozen=True)
class Reader:
    """GET with retries. `timeout` bounds one attempt from its first to its last byte, `patience` the pauses between.

    The address asked for is the operator's own and may be anywhere; a redirect may lead to the same host and port, or
    to a public address, which is checked as it is connected to.
    """

    timeout: float = 10.0
    attempts: int = 3
    patience: float = 20.0
    most_bytes: int = MOST_BYTES
    headers: Mapping[str, str] = field(default_factory=dict)
    settings: SourceSettings = field(default_factory=SourceSettings)

    def get(self, url: str, params: Mapping[str, str | int] | None = None) -> Answer:
        """The answer, always of status 200. Raises `FeedError`s."""
        address = f"{url}?{urlencode(params)}" if params else url
        deadline = time.monotonic() + self.patience
        for attempt in range(1, self.attempts + 1):
            try:
                answer = self._attempt(address)
                if answer.status == 200:
                    return answer
                trouble, pause = _refusal(answer), seconds_asked(answer.headers)
            except FeedAway as error:
                trouble, pause = error, None
            pause = 0.4 * 2 ** (attempt - 1) * random.uniform(0.75, 1.25) if pause is None else pause  # noqa: S311 - jitter
            if isinstance(trouble, FeedRefused) or attempt == self.attempts or time.monotonic() + pause > deadline:
                raise trouble
            time.sleep(pause)
        raise FeedAway(f"{shown(url)} was not asked: attempts is {self.attempts}.")

    def _attempt(self, url: str) -> Answer:
        """One exchange, redirects followed."""
        first, until = urlsplit(url), time.monotonic() + self.timeout
        for _ in range(MOST_REDIRECTS + 1):
            parts = urlsplit(url)
            own = (parts.scheme, parts.netloc) == (first.scheme, first.netloc)
            answer = self._exchange(url, ANYWHERE if own else self.settings.networks, until, own=own)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return answer
            url = _redirected(url, answer.headers["location"])
        raise FeedUnreadable(f"{shown(url)} is redirected more than {MOST_REDIRECTS} times.")

    def _exchange(self, url: str, networks: tuple[Network, ...], until: float, *, own: bool) -> Answer:
        context = ssl.create_default_context()
        if self.settings.ca_file:
            context.load_verify_locations(self.settings.ca_file)
        backend = PinnedBackend(bounded_resolve, networks, until)
        headers = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
        timeouts = {"connect": CONNECT_SECONDS, "read": self.timeout, "write": self.timeout, "pool": self.timeout}
        try:
            with (
                httpcore.ConnectionPool(ssl_context=context, network_backend=backend, max_connections=1) as pool,
                pool.stream(
                    "GET",
                    url,
                    headers=list((headers | (dict(self.headers) if own else {})).items()),
                    extensions={"timeout": timeouts},
                ) as answer,
            ):
                named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
                return Answer(url, answer.status, named, self._body(url, answer, named))
        except SourceError as error:
            raise (FeedRefused if "not public" in str(error) else FeedAway)(str(error)) from error
        except httpcore.TimeoutException as error:
            raise FeedAway(f"{shown(url)} did not answer within {self.timeout:g} s; try again later.") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError) as error:
            raise FeedAway(f"{shown(url)} could not be read: {type(error).__name__} {error}.") from error

    def _body(self, url: str, answer: httpcore.Response, headers: Mapping[str, str]) -> bytes:
        if headers.get("content-encoding", "identity") != "identity":
            raise FeedUnreadable(f"{shown(url)} sends {headers['content-encoding'][:20]} though it was not asked for.")
        body = bytearray()
        for chunk in answer.iter_stream():
            body += chunk
            if len(body) > self.most_bytes:
                raise FeedUnreadable(f"{shown(url)} sends more than {self.most_bytes:,} bytes, which no feed does.")
        return bytes(body)


def _refusal(answer: Answer) -> FeedError:
    where, status = shown(answer.url), answer.status
    if status in {429, 420}:
        asked = seconds_asked(answer.headers)
        when = f"in {asked:.0f} s" if asked is not None else "later"
        return FeedBusy(f"{where} has had enough requests for now (HTTP {status}): ask again {when}.")
    if status in _PASSING:
        return FeedAway(f"{where} keeps failing (HTTP {status}); try again later.")
    return FeedRefused(f"{where} answered HTTP {status}: {_FINAL.get(status, 'it refuses the request')}.")


def _redirected(url: str, location: str) -> str:
    target = urljoin(url, location)
    parts = urlsplit(target)
    downgraded = urlsplit(url).scheme == "https" and parts.scheme != "https"
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc or downgraded:
        raise FeedRefused(f"{shown(url)} redirects to what is no safe address.")
    return target
