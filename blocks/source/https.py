"""Reading from a public host over TLS: the address that was checked is the address that is connected to."""

import ssl
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import httpcore

from blocks.source.address import Network, Resolve, allowed_addresses
from blocks.source.deadline import DeadlineStream
from blocks.source.errors import SourceRefused, SourceTooLarge, SourceUnavailable, shown
from blocks.source.settings import SourceSettings
from blocks.source.uri import checked_uri

SECONDS_TO_CONNECT = 10.0
MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
HEADERS = [("User-Agent", "ai-orchestration"), ("Accept", "*/*"), ("Accept-Encoding", "identity")]


class PinnedBackend(httpcore.SyncBackend):
    """Resolves, checks and connects in one step, so that a name can't change its address in between."""

    def __init__(self, resolve: Resolve, networks: Sequence[Network], deadline: float) -> None:
        self._resolve = resolve
        self._networks = networks
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first checked address of `host` that answers."""
        failed: Exception = SourceUnavailable(f"The host {host} has no address.")
        for address in allowed_addresses(host, self._resolve(host, port), self._networks):
            try:
                stream = super().connect_tcp(address, port, timeout, local_address, socket_options)
                return DeadlineStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


class HttpsReader:
    """GET over https, with redirects followed by hand and checked like the first address."""

    def __init__(self, settings: SourceSettings, resolve: Resolve) -> None:
        self._settings = settings
        self._resolve = resolve

    @contextmanager
    def reading(self, uri: str, max_bytes: int) -> Iterator[tuple[str, Iterator[bytes]]]:
        """The Content-Type and the chunks of what `uri` leads to. Raises `SourceError`s."""
        deadline = time.monotonic() + self._settings.seconds
        backend = PinnedBackend(self._resolve, self._settings.networks, deadline)
        context = ssl.create_default_context()
        if self._settings.ca_file:
            context.load_verify_locations(self._settings.ca_file)
        with (
            self._explained(uri),
            httpcore.ConnectionPool(ssl_context=context, network_backend=backend, max_connections=1) as pool,
        ):
            for _ in range(MOST_REDIRECTS + 1):
                self.require_port(uri)
                with pool.stream("GET", uri, headers=HEADERS, extensions={"timeout": self._timeouts()}) as answer:
                    headers = {
                        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers
                    }
                    if answer.status in REDIRECTS and "location" in headers:
                        uri = _redirected(uri, headers["location"])
                        continue
                    _require_usable(uri, answer.status, headers, max_bytes)
                    yield headers.get("content-type", ""), answer.iter_stream()
                    return
        raise SourceUnavailable(f"{shown(uri)} is redirected more than {MOST_REDIRECTS} times.")

    def require_port(self, uri: str) -> None:
        """Raise `SourceRefused` unless the uri's port is an allowed one."""
        port = urlsplit(uri).port or 443
        if port not in self._settings.ports:
            raise SourceRefused(
                f"Port {port} is not open to sources; those are {sorted(self._settings.ports)} (SOURCE_PORTS)."
            )

    def _timeouts(self) -> dict[str, float]:
        each = min(SECONDS_TO_CONNECT, self._settings.seconds)
        return {"connect": each, "read": each, "write": each, "pool": each}

    @contextmanager
    def _explained(self, uri: str) -> Iterator[None]:
        try:
            yield
        except httpcore.TimeoutException as error:
            raise SourceUnavailable(f"{shown(uri)} did not answer in time; try again later.") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise SourceUnavailable(f"{shown(uri)} could not be read: {type(error).__name__} {error}") from error


def _redirected(uri: str, location: str) -> str:
    try:
        target = checked_uri(urljoin(uri, location))
    except ValueError:
        target = ""
    if urlsplit(target).scheme != "https":
        raise SourceRefused(f"{shown(uri)} redirects to what is no https address.")
    return target


def _require_usable(uri: str, status: int, headers: dict[str, str], max_bytes: int) -> None:
    if status != 200:
        raise SourceUnavailable(f"{shown(uri)} answered {status}; open it in a browser to see why.")
    if headers.get("content-encoding", "identity") != "identity":
        raise SourceUnavailable(f"{shown(uri)} sends {headers['content-encoding']} though it was not asked for.")
    length = headers.get("content-length", "0")
    if length.isdigit() and int(length) > max_bytes:
        raise SourceTooLarge(f"{shown(uri)} has {length} bytes; at most {max_bytes} are read here.")
