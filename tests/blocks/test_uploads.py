"""Uploads: parts from any process, resumed after a break, kept only when they are what they say."""

import hashlib
import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest

from blocks.asset_store import AssetStore
from blocks.uploads import (
    UnacceptableContent,
    UploadIncomplete,
    UploadNotFound,
    UploadOffsetMismatch,
    Uploads,
    UploadTooLarge,
)
from blocks.uploads.session import PART

pytestmark = pytest.mark.blocks

CSV = b"time,open,close\n" + b"2026-01-01T00:00:00Z,1.0,2.0\n" * 2000


def picture(form: str) -> bytes:
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(target, form)
    return target.getvalue()


def archive(*entries: tuple[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as made:
        for name, data in entries:
            made.writestr(name, data)
    return target.getvalue()


def table() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = io.BytesIO()
    pq.write_table(pa.table({"time": [1, 2]}), target)
    return target.getvalue()


ACCEPTED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a.png": ("image/png", lambda: picture("PNG")),
    "a.JPG": ("image/jpeg", lambda: picture("JPEG")),
    "a.webp": ("image/webp", lambda: picture("WEBP")),
    "a.gif": ("image/gif", lambda: picture("GIF")),
    "a.tif": ("image/tiff", lambda: picture("TIFF")),
    "a.avif": ("image/avif", lambda: picture("AVIF")),
    "a.hdr": ("image/vnd.radiance", lambda: b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 8 +X 8\n"),
    "a.exr": ("image/x-exr", lambda: b"\x76\x2f\x31\x01\x02\0\0\0channels\0chlist\0"),
    "a.mp4": ("video/mp4", lambda: b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(40)),
    "a.mov": ("video/quicktime", lambda: b"\0\0\0\x14ftypqt  \0\0\2\0qt  \0\0\0\x08wide" + bytes(40)),
    "a.parquet": ("application/vnd.apache.parquet", table),
    "a.csv": ("text/csv", lambda: CSV),
    "b.csv": ("text/csv", '\ufeffheure;cours\n"12;00";1,5\n'.encode),
    "a.json": ("application/json", lambda: b'[{"amount": 1}]'),
    "a.jsonl": ("application/x-ndjson", lambda: b'{"amount": 1}\n{"amount": 2}\n'),
    "a.ply": ("model/ply", lambda: b"ply\nformat ascii 1.0\nelement vertex 0\nend_header\n"),
    "a.glb": ("model/gltf-binary", lambda: b"glTF\x02\0\0\0\x0c\0\0\0"),
    "a.zip": ("application/zip", lambda: archive(("views/0.png", picture("PNG")), ("poses.json", b"{}"))),
}
HOSTILE: dict[str, Callable[[], bytes]] = {
    "program": lambda: b"\x7fELF\x02\x01\x01" + bytes(200),
    "windows program": lambda: b"MZ" + bytes(200),
    "script": lambda: b"#!/bin/sh\necho a,b\n",
    "page": lambda: b"<!doctype html><html><script>alert(1)</script></html>",
    "page in a table": lambda: b"\n <script>alert(1)</script>,b\n1,2\n",
    "drawing": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "pickle": lambda: pickle.dumps({"a": 1}),
    "nothing": lambda: b"",
    "noise": lambda: hashlib.sha256(b"noise").digest() * 20,
    "zip of a program": lambda: archive(("a.png", b"x"), ("setup.exe", b"MZ")),
    "zip that climbs": lambda: archive(("../../etc/cron.d/x.txt", b"x")),
    "zip that explodes": lambda: archive(("a.csv", bytes(5_000_000))),
    "zip behind a program": lambda: b"MZ" + bytes(100) + archive(("a.png", b"x")),
    "deep json": lambda: b"[" * 200_000,
}


@pytest.fixture
def uploads(folder_store: AssetStore) -> Uploads:
    return Uploads(folder_store)


def stored_files(store: AssetStore) -> list[str]:
    return [file.path for prefix in (".uploads/", "") for file in store.storage.list(prefix)]


def test_parts_from_several_replicas_become_one_asset(store: AssetStore) -> None:
    data = b"time,open\n" + b"1,2\n" * 700_000
    upload = Uploads(store).create("key-1", "candles.csv", len(data))
    for start in range(0, len(data), 1_000_000):
        replica = Uploads(store)
        there = replica.get(upload.id, "key-1")
        replica.append(there, data[start : start + 1_000_000], offset=start)
    asset = Uploads(store).complete(upload, hashlib.sha256(data).hexdigest())
    assert (asset.name, asset.media_type, asset.bytes) == ("candles.csv", "text/csv", len(data))
    assert asset.sha256 == hashlib.sha256(data).hexdigest()
    stored = Uploads(store).asset(upload.id, "key-1")
    assert (stored.path, stored.metadata) == (f"uploads/{upload.id}/candles.csv", {"owner": "key-1"})
    assert stored_files(store) == [stored.path]
    with pytest.raises(UploadNotFound):
        Uploads(store).get(upload.id)


class Broken(io.RawIOBase):
    """A connection that breaks after so many bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def read(self, count: int = -1) -> bytes:
        if chunk := self._data.read(count):
            return chunk
        raise ConnectionError("the client went away")


def test_goes_on_where_the_connection_broke(uploads: Uploads) -> None:
    data = b'{"a": 1}\n' * (PART // 9 * 2)
    upload = uploads.create("key-1", "rows.jsonl")
    with pytest.raises(ConnectionError):
        uploads.append(upload, Broken(data[: PART + 5000]))  # type: ignore[arg-type]
    upload = uploads.get(upload.id)
    assert upload.offset == PART + 5000
    upload = uploads.append(upload, io.BytesIO(data[upload.offset :]))
    assert uploads.complete(upload).sha256 == hashlib.sha256(data).hexdigest()


def test_bytes_that_do_not_follow_are_refused(uploads: Uploads) -> None:
    stale = uploads.create("key-1", "a.csv")
    uploads.append(stale, b"a,b\n")
    with pytest.raises(UploadOffsetMismatch, match="go on from offset 4") as refused:
        uploads.append(stale, b"other bytes from another replica")
    assert refused.value.expected == 4
    with pytest.raises(UploadOffsetMismatch):
        uploads.append(uploads.get(stale.id), b"1,2\n", offset=3)
    assert uploads.append(stale, b"a,b\n").offset == 4  # the same part again


def test_bounds_hold(folder_store: AssetStore) -> None:
    uploads = Uploads(folder_store, max_bytes=100)
    with pytest.raises(UploadTooLarge, match="at most 100"):
        uploads.create("key-1", "a.csv", 101)
    with pytest.raises(UploadTooLarge, match="at most 100"):
        uploads.append(uploads.create("key-1", "a.csv"), bytes(101))
    declared = uploads.create("key-1", "a.csv", 10)
    with pytest.raises(UploadTooLarge, match="at most 10"):
        uploads.append(declared, bytes(11))
    uploads.append(declared, b"a,b\n")
    with pytest.raises(UploadIncomplete, match="4 of 10"):
        uploads.complete(declared)
    with pytest.raises(UploadIncomplete, match="SHA-256"):
        uploads.complete(uploads.append(uploads.get(declared.id), b"1,2\n3\n"), "0" * 64)


def test_belongs_to_its_owner(uploads: Uploads) -> None:
    upload = uploads.create("key-1", "a.csv")
    with pytest.raises(UploadNotFound):
        uploads.get(upload.id, "key-2")
    uploads.complete(uploads.append(upload, CSV))
    with pytest.raises(UploadNotFound):
        uploads.asset(upload.id, "key-2")


@pytest.mark.parametrize("unknown", ["0" * 32, "", "..", "../../etc", "a/b", "\0"])
def test_unknown_uploads(uploads: Uploads, unknown: str) -> None:
    with pytest.raises(UploadNotFound):
        uploads.get(unknown)
    with pytest.raises(UploadNotFound):
        uploads.asset(unknown)


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(uploads: Uploads, name: str) -> None:
    media_type, made = ACCEPTED[name]
    assert uploads.complete(uploads.append(uploads.create(None, name), made())).media_type == media_type


@pytest.mark.parametrize("content", HOSTILE)
def test_refused_by_content(uploads: Uploads, content: str) -> None:
    for suffix in (".png", ".csv", ".json", ".jsonl", ".zip", ".parquet", ".mp4", ".glb", ".ply"):
        upload = uploads.append(uploads.create("key-1", f"innocent{suffix}"), HOSTILE[content]())
        with pytest.raises(UnacceptableContent, match="does not hold"):
            uploads.complete(upload)
    assert stored_files(uploads.store) == []


@pytest.mark.parametrize(
    "name", ["a.exe", "a.html", "a.svg", "a.pkl", "a", "a.png.php", "../a.png", "b/a.png", "", ".png"]
)
def test_refused_by_name(uploads: Uploads, name: str) -> None:
    with pytest.raises(UnacceptableContent):
        uploads.create("key-1", name)


def test_a_truncated_json_is_refused(uploads: Uploads) -> None:
    with pytest.raises(UnacceptableContent):
        uploads.complete(uploads.append(uploads.create(None, "a.json"), json.dumps({"a": 1}).encode()[:-1]))


def test_what_was_abandoned_is_swept(uploads: Uploads) -> None:
    uploads.append(uploads.create("key-1", "a.csv"), os.urandom(10))
    assert uploads.sweep() == 0
    assert uploads.sweep(timedelta(seconds=-1)) == 2
    assert stored_files(uploads.store) == []
