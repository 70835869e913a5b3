"""The servers that tests talk to: one PostgreSQL and one Prefect server a session, both real, both on loopback."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
import trustme
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from prefect.settings import Settings

pytest_plugins = ["tests.sharing"]

# On a busy machine everything is slow, which is no finding; and what is tried is the same for everyone.
settings.register_profile("suite", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens, and nothing will unless this test process starts it.

    It is below the range (from 32768 on) out of which the kernel gives ports to whoever asks for any, who could have it
    before the server that it is meant for. Its UDP twin, held until this process ends, tells other test processes.
    """
    for port in SystemRandom().sample(range(20_000, 32_768), 1000):
        claim = socket.socket(type=socket.SOCK_DGRAM)
        with suppress(OSError), socket.socket() as probe:
            claim.bind(("127.0.0.1", port))
            probe.bind(("127.0.0.1", port))
            claim.detach()
            return port
        claim.close()
    raise AssertionError("no port is free")


@pytest.fixture(scope="session", autouse=True)
def isolated_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test reads the developer's settings or writes into their home or checkout."""
    home = tmp_path_factory.mktemp("home")
    authority = home / "authority.pem"
    trustme.CA().cert_pem.write_to_path(str(authority))
    environment = {
        "DATA_DIR": str(home / "var"),
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOCAL_STORAGE_PATH": str(home / "results"),
        # Every new HTTP client reads these files: 150 authorities take it 20 ms, one takes no time.
        "SSL_CERT_FILE": str(authority),
        "PREFECT_API_SSL_CERT_FILE": str(authority),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name in ("PREFECT_API_URL", "DATABASE_URL", "WAREHOUSE_URL", "PUBLIC_URL", "AIFLOWS_API_KEY"):
            patch.delenv(name, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        yield home


@pytest.fixture(autouse=True)
def isolated_data_dir(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Each test has a data folder of its own, outside of its `tmp_path`, which holds what the test put there alone."""
    from blocks.settings import get_settings

    folder = tmp_path_factory.mktemp("var")
    monkeypatch.setenv("DATA_DIR", str(folder))
    get_settings.cache_clear()
    yield folder
    get_settings.cache_clear()


MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's file system in memory


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder for a server, in memory where there is plenty: a database is hundreds of files.

    PostgreSQL's own user can reach it. Into pytest's folders it cannot look, which pytest sees to time and again.
    """
    place = MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 * 2**30 else None
    with TemporaryDirectory(prefix="aiflows-", dir=place, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL of a PostgreSQL of this session's own; `TEST_DATABASE_URL` names another."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    from deployments.stack.postgres import EmbeddedPostgres

    with open_folder() as folder, EmbeddedPostgres(folder / "postgres") as server:
        url = server.url("postgres")
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_wal_size = '128MB'"):
            execute(url, f"ALTER SYSTEM SET {setting}")  # after a power cut nobody misses it
        execute(url, "SELECT pg_reload_conf()")
        yield url


def execute(postgres_url: str, statement: str) -> None:
    engine = sa.create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))


def create_database(postgres_url: str) -> str:
    name = f"test_{uuid4().hex}"
    execute(postgres_url, f"CREATE DATABASE {name}")
    return sa.make_url(postgres_url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def database_url(postgres_url: str) -> Iterator[str]:
    """SQLAlchemy URL of an empty PostgreSQL database for one test."""
    url = create_database(postgres_url)
    yield url
    execute(postgres_url, f"DROP DATABASE {sa.make_url(url).database} WITH (FORCE)")


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
    from prefect.logging.handlers import APILogHandler

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
        APILogHandler().flush()  # or this process would complain at its end that nobody takes its flows' logs
    finally:
        process.kill()  # nothing of it is kept, and it would wait for connections that this process holds open
        process.wait()


@pytest.fixture(scope="session")
def prefect_settings(prefect_server: str) -> "Settings":
    """Prefect's settings with the server under test; made once, as that takes longer than many a test."""
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    with temporary_settings({PREFECT_API_URL: prefect_server, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}) as settings:
        return settings


@pytest.fixture
def prefect_api(prefect_server: str, prefect_settings: "Settings", tmp_path: Path) -> Iterator[str]:
    """The Prefect API that this test's flows and clients talk to; results go to the test's own folder."""
    from prefect.context import SettingsContext, get_settings_context

    results = prefect_settings.results.model_copy(update={"local_storage_path": tmp_path / "results"})
    settings = prefect_settings.model_copy(update={"results": results})
    with (
        pytest.MonkeyPatch.context() as patch,
        SettingsContext(profile=get_settings_context().profile, settings=settings),
    ):
        patch.setenv("PREFECT_API_URL", prefect_server)
        yield prefect_server
