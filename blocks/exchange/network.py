"""Whether a host can be reached at all, found out within seconds and remembered for a while."""

import socket
import time
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from blocks.exchange.errors import NetworkAway

PROBE_SECONDS: Final = 2.5
REMEMBER_AWAY_SECONDS: Final = 20.0
REMEMBER_REACHED_SECONDS: Final = 300.0

_verdicts: dict[tuple[str, int], tuple[float, str | None]] = {}
_lock = Lock()


def require_network(url: str) -> None:
    """Raise `NetworkAway` when no connection to the host of `url` (or to its proxy) can be opened.

    A name server that never answers would hold a lookup for a quarter of a minute, so the lookup runs beside us and is
    left behind after 2.5 s. The verdict holds for this process: 20 s when away, 5 minutes when reached.
    """
    host, port = _peer(url)
    with _lock:
        until, trouble = _verdicts.get((host, port), (0.0, None))
        if time.monotonic() >= until:
            trouble = _probe(host, port)
            hold = REMEMBER_AWAY_SECONDS if trouble else REMEMBER_REACHED_SECONDS
            _verdicts[(host, port)] = (time.monotonic() + hold, trouble)
    if trouble:
        raise NetworkAway(f"no connection to {host}: {trouble}")


def forget_verdicts() -> None:
    """Look again at the next request, whatever was found before."""
    with _lock:
        _verdicts.clear()


def _peer(url: str) -> tuple[str, int]:
    """Whom a request to `url` would connect to: its host, or the proxy that the environment names for it."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    if proxy and not proxy_bypass(parts.hostname or ""):
        parts = urlsplit(proxy if "//" in proxy else f"http://{proxy}")
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def _probe(host: str, port: int) -> str | None:
    """What keeps us from `host`, or nothing."""
    found: SimpleQueue[str | None] = SimpleQueue()

    def connect() -> None:
        try:
            socket.create_connection((host, port), PROBE_SECONDS).close()
        except OSError as error:
            found.put(error.strerror or str(error))
        else:
            found.put(None)

    Thread(target=connect, name=f"probe {host}", daemon=True).start()
    try:
        return found.get(timeout=PROBE_SECONDS)
    except Empty:
        return f"no answer within {PROBE_SECONDS:g} s"
