"""What both places for files promise."""

import hashlib
import io
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import pytest
from pydantic import ValidationError

from blocks.asset_store import Asset, AssetConflict, AssetDamaged, AssetNotFound, AssetStore, InvalidAssetPath

pytestmark = pytest.mark.blocks


class Unseekable(io.RawIOBase):
    """A stream as a socket gives it."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        return self._data.readinto(buffer)


def test_what_was_put_comes_back(store: AssetStore) -> None:
    asset = store.put("runs/a/chart one.png", b"pixels", metadata={"owner": "key-1"})
    assert asset == Asset(
        name="chart one.png",
        uri=asset.uri,
        media_type="image/png",
        bytes=6,
        sha256=hashlib.sha256(b"pixels").hexdigest(),
        url="https://cdn.example.com/assets/runs/a/chart%20one.png",
    )
    for name in ("runs/a/chart one.png", asset.uri, "asset://runs/a/chart%20one.png"):
        with store.open(name) as stream:
            assert stream.read() == b"pixels"
        stored = store.stat(name)
        assert stored.metadata == {"owner": "key-1"}
        assert datetime.now(UTC) - stored.created < timedelta(minutes=1)
        assert store.exists(name)


@pytest.mark.parametrize("form", ["bytes", "path", "stream", "socket"])
def test_takes_bytes_paths_and_streams(store: AssetStore, form: str, tmp_path: Path) -> None:
    data = os.urandom(3_000_001)  # more than one chunk, and no whole number of them
    (tmp_path / "data").write_bytes(data)
    given: bytes | Path | BinaryIO = {
        "bytes": data,
        "path": tmp_path / "data",
        "stream": io.BytesIO(data),
        "socket": io.BufferedReader(Unseekable(data)),  # type: ignore[dict-item]
    }[form]
    asset = store.put("runs/a/data.parquet", given)
    assert (asset.bytes, asset.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    store.download(asset.uri, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == data
    with store.open(asset.uri) as stream:
        stream.seek(2_999_990)
        assert stream.read() == data[2_999_990:]


def test_the_same_bytes_again_change_nothing(store: AssetStore) -> None:
    first = store.put("runs/a/x.json", b"{}", metadata={"owner": "first"})
    created = store.stat(first.uri).created
    assert store.put("runs/a/x.json", b"{}", metadata={"owner": "second"}) == first
    assert store.stat(first.uri).created == created
    assert store.stat(first.uri).metadata == {"owner": "first"}


def test_other_bytes_under_the_same_path_are_refused(store: AssetStore) -> None:
    store.put("runs/a/x.json", b"{}")
    with pytest.raises(AssetConflict, match="holds other bytes already"):
        store.put("runs/a/x.json", b"[]")
    with store.open("runs/a/x.json") as stream:
        assert stream.read() == b"{}"


def test_lists_by_path_and_hides_its_bookkeeping(store: AssetStore) -> None:
    for path in ("runs/b/2.txt", "runs/a/1.txt", "runs/ab.txt", "uploads/x/y.csv"):
        store.put(path, path.encode())
    store.check()
    assert [asset.path for asset in store.list()] == ["runs/a/1.txt", "runs/ab.txt", "runs/b/2.txt", "uploads/x/y.csv"]
    assert [asset.path for asset in store.list("runs/a")] == ["runs/a/1.txt", "runs/ab.txt"]
    assert [asset.path for asset in store.list("runs/a/")] == ["runs/a/1.txt"]
    assert list(store.list("nowhere/")) == []


def test_what_was_removed_is_gone_and_its_path_free(store: AssetStore) -> None:
    store.put("runs/a/x.txt", b"one")
    store.remove("runs/a/x.txt")
    assert not store.exists("runs/a/x.txt")
    for absent in (store.stat, store.open, store.remove):
        with pytest.raises(AssetNotFound, match="Nothing is stored"):
            absent("runs/a/x.txt")
    assert store.put("runs/a/x.txt", b"two").bytes == 3


def test_an_empty_file_is_a_file(store: AssetStore) -> None:
    assert store.put("runs/a/empty.txt", b"").bytes == 0
    with store.open("runs/a/empty.txt") as stream:
        assert stream.read() == b""


def test_uris_of_other_stores_are_refused(store: AssetStore) -> None:
    for uri in ("gs://other-bucket/x", "https://example.com/x", "file:///etc/passwd"):
        with pytest.raises(InvalidAssetPath, match="not in this store"):
            store.stat(uri)


RACER = """
import sys
from blocks.asset_store import AssetConflict, AssetStore

store = AssetStore(location=sys.argv[1], public_url="https://cdn.example.com")
print("ready", flush=True)
sys.stdin.readline()
try:
    print(store.put("runs/a/raced.bin", sys.argv[2].encode() * 500_000).sha256)
except AssetConflict:
    print("conflict")
"""


def test_of_two_processes_that_create_a_path_one_wins(store: AssetStore) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, store.location, letter], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for letter in "ab"
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == b"ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write(b"go\n")
        racer.stdin.flush()
    found = [racer.communicate(timeout=60)[0].decode().strip() for racer in racers]
    assert sorted(outcome == "conflict" for outcome in found) == [False, True]
    winner = 0 if found[1] == "conflict" else 1
    with store.open("runs/a/raced.bin") as stream:
        assert stream.read() == b"ab"[winner : winner + 1] * 500_000
    assert store.stat("runs/a/raced.bin").sha256 == found[winner]


def test_a_damaged_file_is_not_handed_out(folder_store: AssetStore, tmp_path: Path) -> None:
    folder_store.put("runs/a/x.bin", b"whole")
    (tmp_path / "store/runs/a/x.bin").write_bytes(b"whale")
    with pytest.raises(AssetDamaged, match="has changed on disk"):
        folder_store.download("runs/a/x.bin", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize(
    "location", ["/srv/assets", "file://host/x", "file:relative", "gs://", "s3://bucket", "gs://b?x=1", "gs://b//x", ""]
)
def test_a_location_is_a_folder_or_a_bucket(location: str) -> None:
    with pytest.raises(ValidationError, match="gs://bucket/prefix"):
        AssetStore(location=location)


def test_secrets_do_not_show() -> None:
    store = AssetStore(location="gs://b", signing_key="k" * 32, credentials='{"private_key": "very-secret"}')
    assert "very-secret" not in f"{store!r} {store} {store.model_dump_json()}"
    assert "kkkk" not in f"{store!r} {store} {store.model_dump_json()}"
