"""Where the scorer listens: a unix socket that its user alone can enter, or the address that `SCORER_URL` names."""

import hashlib
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from blocks.settings import Settings

UNIX_SOCKET_PATH_LIMIT = 100  # Linux allows 107 bytes, others a little less


def socket_path(settings: Settings) -> Path:
    """The socket in the data folder; in the temporary folder where the data folder's path is too long for one."""
    near = settings.home / "scorer.sock"
    if len(str(near)) <= UNIX_SOCKET_PATH_LIMIT:
        return near
    digest = hashlib.sha256(str(settings.home).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"aiflows-{digest}-scorer.sock"


def port_of(settings: Settings) -> int | None:
    """The port of `SCORER_URL`; None where the socket is used."""
    return (urlsplit(str(settings.scorer_url)).port or 80) if settings.scorer_url else None


def base_url(settings: Settings) -> str:
    """The scorer's address as a client writes it; over the socket any host will do."""
    return str(settings.scorer_url).rstrip("/") if settings.scorer_url else "http://scorer"


def scorer_client(settings: Settings, *, timeout: float) -> httpx.Client:
    """A client of the scorer, for who looks after it."""
    uds = None if settings.scorer_url else str(socket_path(settings))
    return httpx.Client(transport=httpx.HTTPTransport(uds=uds), base_url=base_url(settings), timeout=timeout)
