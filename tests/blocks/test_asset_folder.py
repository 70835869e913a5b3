"""The folder: what happens when a writer dies, the disk refuses, or somebody puts files there by hand."""

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from blocks.asset_store import AssetStore, AssetStoreError
from blocks.asset_store.folder import FolderStorage

pytestmark = pytest.mark.blocks

WRITER = """
import sys
from blocks.asset_store import AssetStore

class Slow:
    sent = False
    def read(self, count):
        if self.sent:
            print("half", flush=True)
            sys.stdin.read()
        self.sent = True
        return b"x" * count

AssetStore(location=sys.argv[1], public_url="https://cdn.example.com").put("runs/a/big.bin", Slow())
"""


def test_a_writer_killed_half_way_leaves_nothing_to_see(folder_store: AssetStore, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, folder_store.location], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"half\n"
        writer.send_signal(signal.SIGKILL)
    assert not folder_store.exists("runs/a/big.bin")
    assert list(folder_store.list()) == []
    assert folder_store.put("runs/a/big.bin", b"another try").bytes == 11
    leftovers = list((tmp_path / "store/.unfinished").iterdir())
    assert len(leftovers) == 1
    os.utime(leftovers[0], (0, 0))
    FolderStorage(tmp_path / "store").create("b", io.BytesIO(b"b"), "text/plain", {})
    assert not leftovers[0].exists()  # swept by the next process that writes


def test_a_record_without_content_binds_nobody(folder_store: AssetStore, tmp_path: Path) -> None:
    folder_store.put("runs/a/x.txt", b"first", metadata={"owner": "one"})
    (tmp_path / "store/runs/a/x.txt").unlink()  # as after a crash between the record and the content
    assert not folder_store.exists("runs/a/x.txt")
    folder_store.put("runs/a/x.txt", b"second", metadata={"owner": "two"})
    assert folder_store.stat("runs/a/x.txt").metadata == {"owner": "two"}


def test_a_file_put_there_by_hand_is_described_by_its_content(folder_store: AssetStore, tmp_path: Path) -> None:
    (tmp_path / "store/captures").mkdir(parents=True)
    (tmp_path / "store/captures/photo").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    stored = folder_store.stat("captures/photo")
    assert (stored.media_type, stored.bytes, stored.metadata) == ("image/png", 28, {})
    put = folder_store.put("captures/photo", (tmp_path / "store/captures/photo").read_bytes(), metadata={"owner": "me"})
    assert put.sha256 == stored.sha256
    assert folder_store.stat("captures/photo").metadata == {"owner": "me"}


def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = AssetStore(location=(tmp_path / "file/store").as_uri(), public_url="https://cdn.example.com")
    with pytest.raises(AssetStoreError):
        store.check()


def test_without_a_public_address_it_says_what_to_set(tmp_path: Path) -> None:
    store = AssetStore(location=tmp_path.as_uri())
    with pytest.raises(AssetStoreError, match="public_url"):
        store.url("a")
