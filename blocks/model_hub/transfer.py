"""GET over https that goes on where it was cut, to checked addresses only."""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpcore

from blocks.model_hub.errors import WeightsRefused, WeightsUnavailable
from blocks.model_hub.settings import ModelHubSettings
from blocks.source import SourceSettings, SourceUnavailable
from blocks.source.address import Resolve
from blocks.source.errors import shown
from blocks.source.https import HEADERS, MOST_REDIRECTS, REDIRECTS, PinnedBackend
from blocks.source.uri import checked_uri

_TIMEOUTS: Final = {"connect": 10.0, "read": 60.0, "write": 30.0, "pool": 10.0}
_LARGEST_ANSWER: Final = 20_000_000

OnBytes = Callable[[int], None]  # told how many bytes there are by now; what it raises stops the transfer


class Transfer:
    """Reads small answers and large files."""

    def __init__(self, settings: ModelHubSettings, sources: SourceSettings, resolve: Resolve) -> None:
        self._settings, self._sources, self._resolve = settings, sources, resolve

    def answer(self, uri: str) -> bytes:
        """A small answer whole."""
        body = b""
        with self._open(uri, 0) as (_, chunks):
            for chunk in chunks:
                body += chunk
                if len(body) > _LARGEST_ANSWER:
                    raise WeightsRefused(f"{shown(uri)} answers more than {_LARGEST_ANSWER} bytes.")
        return body

    def into(self, uri: str, partial: Path, most: int, on_bytes: OnBytes) -> int:
        """Complete `partial` with at most `most` bytes in all; how often a cut connection was taken up.

        Raises `WeightsUnavailable` when the attempts are used up: what came stays in `partial`.
        """
        for attempt in range(self._settings.attempts):
            try:
                self._go_on(uri, partial, most, on_bytes)
            except (WeightsUnavailable, SourceUnavailable):
                if attempt + 1 == self._settings.attempts:
                    raise
            else:
                return attempt
        raise AssertionError  # there is at least one attempt

    def _go_on(self, uri: str, partial: Path, most: int, on_bytes: OnBytes) -> None:
        there = partial.stat().st_size if partial.exists() else 0
        if there and there >= most:
            return
        with self._open(uri, there) as (status, chunks), partial.open("wb" if status == 200 else "ab") as target:
            if status == 416:  # nothing is left: it was whole, and not yet looked at
                return
            count = there if status == 206 else 0
            for chunk in chunks:
                count += len(chunk)
                if count > most:
                    raise WeightsRefused(f"{shown(uri)} sends more than its {most} bytes.")
                target.write(chunk)
                on_bytes(count)

    @contextmanager
    def _open(self, uri: str, start: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        context = ssl.create_default_context()
        if self._sources.ca_file:
            context.load_verify_locations(self._sources.ca_file)
        deadline = time.monotonic() + self._settings.seconds
        backend = PinnedBackend(self._resolve, self._sources.networks, deadline)
        first = uri
        try:
            with httpcore.ConnectionPool(ssl_context=context, network_backend=backend, max_connections=1) as pool:
                for _ in range(MOST_REDIRECTS + 1):
                    headers = self._headers(uri, start)
                    with pool.stream("GET", uri, headers=headers, extensions={"timeout": _TIMEOUTS}) as answer:
                        if answer.status in REDIRECTS:
                            given = {name.lower(): value.decode("latin-1") for name, value in answer.headers}
                            uri = _redirected(uri, given.get(b"location", ""))
                            continue
                        _require_usable(first, answer, start)
                        yield answer.status, answer.iter_stream()
                        return
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise WeightsUnavailable(f"{shown(first)} was cut: {type(error).__name__} {error}") from error
        raise WeightsUnavailable(f"{shown(first)} is redirected more than {MOST_REDIRECTS} times.")

    def _headers(self, uri: str, start: int) -> list[tuple[str, str]]:
        port = urlsplit(uri).port or 443
        if port not in self._sources.ports:
            raise WeightsRefused(f"Port {port} is not open; open are {sorted(self._sources.ports)} (SOURCE_PORTS).")
        headers = list(HEADERS)
        if start:
            headers.append(("Range", f"bytes={start}-"))
        if self._settings.token and urlsplit(uri).netloc == urlsplit(self._settings.endpoint).netloc:
            headers.append(("Authorization", f"Bearer {self._settings.token.get_secret_value()}"))
        return headers


def _redirected(uri: str, location: str) -> str:
    try:
        target = checked_uri(urljoin(uri, location))
    except ValueError:
        target = ""
    if not location or urlsplit(target).scheme != "https":
        raise WeightsRefused(f"{shown(uri)} redirects to what is no https address.")
    return target


def _require_usable(uri: str, answer: httpcore.Response, start: int) -> None:
    if answer.status in {401, 403}:
        raise WeightsRefused(f"{shown(uri)} is closed to us ({answer.status}): accept its terms, set MODEL_HUB_TOKEN.")
    if answer.status == 404:
        raise WeightsRefused(f"{shown(uri)} is not there.")
    if answer.status not in ({200, 206, 416} if start else {200}):
        raise WeightsUnavailable(f"{shown(uri)} answered {answer.status}.")
    given = {name.lower(): value.decode("latin-1") for name, value in answer.headers}
    if answer.status == 206 and not given.get(b"content-range", "").startswith(f"bytes {start}-"):
        raise WeightsUnavailable(f"{shown(uri)} answers with another range than was asked for.")
