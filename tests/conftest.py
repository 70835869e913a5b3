"""The servers that tests talk to: one PostgreSQL and one Prefect server a session, both real, both on loopback."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session", autouse=True)
def isolated_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test reads the developer's settings or writes into their home or checkout."""
    home = tmp_path_factory.mktemp("home")
    environment = {
        "DATA_DIR": str(home / "var"),
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOCAL_STORAGE_PATH": str(home / "results"),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PREFECT_API_URL", "DATABASE_URL", "WAREHOUSE_URL", "PUBLIC_URL", "AIFLOWS_API_KEY"):
            patch.delenv(name, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        yield home


@pytest.fixture(autouse=True)
def isolated_data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Each test has a data folder of its own."""
    from blocks.settings import get_settings

    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    get_settings.cache_clear()
    yield tmp_path / "var"
    get_settings.cache_clear()


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that PostgreSQL's own user can reach: pytest closes its own to all others, time and again."""
    with TemporaryDirectory(prefix="aiflows-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL of a PostgreSQL of this session's own; `TEST_DATABASE_URL` names another."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    from deployments.stack.postgres import EmbeddedPostgres

    with open_folder() as folder, EmbeddedPostgres(folder / "postgres") as server:
        yield server.url("postgres")


def create_database(postgres_url: str) -> str:
    name = f"test_{uuid4().hex}"
    engine = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    return sa.make_url(postgres_url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """SQLAlchemy URL of an empty PostgreSQL database for one test."""
    return create_database(postgres_url)


def wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the Prefect server ended:\n{log.read_text()[-4000:]}"
        try:
            if httpx.get(f"{url}/health", timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the Prefect server was not healthy after {seconds:.0f} s:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def prefect_server(isolated_home: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a Prefect API on PostgreSQL, started once; `TEST_PREFECT_API_URL` names one that runs already."""
    if given := os.environ.get("TEST_PREFECT_API_URL"):
        yield given
        return
    database = sa.make_url(create_database(request.getfixturevalue("postgres_url")))
    port = free_port()
    log = isolated_home / "prefect-server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            env={
                **os.environ,
                "PREFECT_SERVER_DATABASE_CONNECTION_URL": database.set(
                    drivername="postgresql+asyncpg"
                ).render_as_string(hide_password=False),
                "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
                "PREFECT_SERVER_UI_API_URL": f"http://127.0.0.1:{port}/api",
            },
            stdout=output,
            stderr=output,
        )
    try:
        url = f"http://127.0.0.1:{port}/api"
        wait_until_healthy(url, process, log)
        yield url
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def prefect_api(prefect_server: str, tmp_path: Path) -> Iterator[str]:
    """The Prefect API that this test's flows and clients talk to; results go to the test's own folder."""
    from prefect.settings import (
        PREFECT_API_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_LOCAL_STORAGE_PATH,
        temporary_settings,
    )

    with (
        pytest.MonkeyPatch.context() as patch,
        temporary_settings(
            {
                PREFECT_API_URL: prefect_server,
                PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
                PREFECT_LOCAL_STORAGE_PATH: tmp_path / "results",
            }
        ),
    ):
        patch.setenv("PREFECT_API_URL", prefect_server)
        yield prefect_server
