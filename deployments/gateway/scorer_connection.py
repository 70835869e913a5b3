"""HTTP/1.1 to the scorer over a few connections that stay open.

A general client costs more than the scorer itself here, and its pool slows down with every request that waits: after a
hiccup the backlog would feed itself.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from blocks.settings import Settings
from deployments.scorer.address import socket_path

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]

CONNECTIONS = 32
MOST_HEADER = 64 * 1024


class ScorerAwayError(ConnectionError):
    """The scorer does not answer; says how."""


class ScorerBusyError(ScorerAwayError):
    """More requests wait for the scorer than it can answer soon."""


@dataclass(frozen=True)
class Answer:
    """What the scorer said."""

    status: int
    content: bytes


class ScorerConnections:
    """Up to `CONNECTIONS` at once; who finds all in use waits in line."""

    def __init__(self, settings: Settings) -> None:
        self._open = _opener(settings)
        self._idle: list[Stream] = []
        self._places = asyncio.Semaphore(CONNECTIONS)
        self._waiting = 0

    async def post(self, path: str, body: bytes, *, seconds: float, most_waiting: int) -> Answer:
        """The answer to a body. Raises ScorerAwayError when there is none in time, ScorerBusyError at once."""
        if self._waiting >= most_waiting:
            raise ScorerBusyError(f"{self._waiting} requests wait")
        self._waiting += 1
        try:
            async with asyncio.timeout(seconds), self._places:
                return await self._post(path, body)
        except TimeoutError:
            raise ScorerAwayError(f"no answer in {seconds:g} s") from None
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Close what is open."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _post(self, path: str, body: bytes) -> Answer:
        """Over a connection that was used before, and over a new one if that was closed meanwhile."""
        request = b"POST %b HTTP/1.1\r\nHost: scorer\r\nContent-Length: %d\r\n\r\n%b" % (path.encode(), len(body), body)
        while self._idle:
            stream = self._idle.pop()
            try:
                return await self._exchange(stream, request)
            except (OSError, asyncio.IncompleteReadError):
                continue  # a scorer that was restarted; to repeat is safe, as a payment counts once
        try:
            return await self._exchange(await self._open(), request)
        except (OSError, asyncio.IncompleteReadError) as error:
            raise ScorerAwayError(type(error).__name__) from error

    async def _exchange(self, stream: Stream, request: bytes) -> Answer:
        reader, writer = stream
        kept = False
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            fields = {
                name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])
            }
            content = await reader.readexactly(int(fields["content-length"]))
            kept = fields.get("connection", "").lower() != "close"
            return Answer(int(head[0].split(" ", 2)[1]), content)
        except (KeyError, ValueError, asyncio.LimitOverrunError) as error:
            raise ScorerAwayError("what it said is no HTTP") from error
        finally:
            if kept:
                self._idle.append(stream)
            else:  # also when the caller went away in the middle
                writer.close()


def _opener(settings: Settings) -> Callable[[], Awaitable[Stream]]:
    if settings.scorer_url is None:
        path = str(socket_path(settings))
        return lambda: asyncio.open_unix_connection(path, limit=MOST_HEADER)
    address = urlsplit(str(settings.scorer_url))
    host, port = address.hostname, address.port or 80
    return lambda: asyncio.open_connection(host, port, limit=MOST_HEADER)
