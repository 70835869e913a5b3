"""A Prefect server on PostgreSQL for a benchmark: a given one, or one of its own."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import sqlalchemy as sa


@contextmanager
def prefect_server() -> Iterator[str]:
    """Address of the API named by `PREFECT_API_URL`, or of a server started here on an embedded PostgreSQL."""
    if given := os.environ.get("PREFECT_API_URL"):
        yield given
        return
    from deployments.stack.postgres import EmbeddedPostgres

    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder, "postgres")) as postgres:
        database = sa.make_url(postgres.url("prefect")).set(drivername="postgresql+asyncpg")
        url = f"http://127.0.0.1:{_free_port()}/api"
        environment = {
            **os.environ,
            "PREFECT_HOME": str(Path(folder, "prefect")),
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": database.render_as_string(hide_password=False),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
        }
        port = url.rpartition(":")[2].removesuffix("/api")
        command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port]
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
            try:
                _wait_until_healthy(url, server)
                yield url
            finally:
                server.terminate()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_healthy(url: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx.get(f"{url}/health", timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("the Prefect server did not become healthy")
