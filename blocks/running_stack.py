"""Joining the local stack from a plain script or a notebook, so that the same call works with and without one."""

import os
import socket
import sys
from urllib.parse import urlsplit

from pydantic import BaseModel

from blocks.settings import get_settings

# Without a stack Prefect starts a private server of its own: give it time on its first start, and keep it to itself.
WITHOUT_A_STACK = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
    "DO_NOT_TRACK": "1",
}


class _Description(BaseModel):
    """What of `stack.json` matters here."""

    environment: dict[str, str]


def join_running_stack() -> bool:
    """Point this process at the stack that is up on the data folder (`DATA_DIR`, default `./var`).

    Nothing is changed where `PREFECT_API_URL` is set already, as in every process of a stack or a cluster. Returns
    whether flows called here are seen by a server that stays; without one Prefect starts a private server.
    """
    if os.environ.get("PREFECT_API_URL"):
        return True
    environment = _environment_of_stack()
    for name, value in (environment or WITHOUT_A_STACK).items():
        os.environ.setdefault(name, value)
    if "prefect" in sys.modules:  # it has read its settings already
        from prefect.context import refresh_global_settings_context  # noqa: PLC0415 - only where Prefect is loaded

        refresh_global_settings_context()
    get_settings.cache_clear()
    return environment is not None


def _environment_of_stack() -> dict[str, str] | None:
    try:
        described = _Description.model_validate_json((get_settings().home / "stack.json").read_text())
        address = urlsplit(described.environment["PREFECT_API_URL"])
        with socket.create_connection((address.hostname or "127.0.0.1", address.port or 80), timeout=0.5):
            return described.environment
    except (OSError, ValueError, KeyError):  # not up, or killed and its description left behind
        return None
