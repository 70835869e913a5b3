"""Paths: nothing that leads out of the store gets through, and what gets through round-trips."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocks.asset_store import AssetStore, InvalidAssetPath
from blocks.asset_store.path import asset_uri, checked_path, path_in_uri

pytestmark = pytest.mark.blocks

REFUSED = [
    "",
    "/",
    "/etc/passwd",
    "..",
    "../x",
    "a/../../x",
    "a/..",
    ".",
    "./a",
    "a/./b",
    "a//b",
    "a/",
    "/a",
    ".hidden",
    "a/.hidden/b",
    ".records/a.json",
    "a\\b",
    "..\\x",
    "C:\\x",
    "c:/x",
    "a\0b",
    "a\nb",
    "a\u202eb",
    "a\u200bb",
    "\ufeffa",
    "cafe\u0301",
    " a",
    "a ",
    "a.",
    "a/b. ",
    "a\ud800b",
    "x" * 201,
    "/".join(["x" * 150] * 7),
    "a*",
    "a?b",
    'a"b',
    "a|b",
    "~\x7f",
    "a\u2028b",
    "\uff0e\uff0e/x\0",
]
WRITABLE = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp"), exclude_characters='\\:*?"<>|/'),
    min_size=1,
    max_size=40,
)


@pytest.mark.parametrize("path", REFUSED)
def test_refused(path: str, folder_store: AssetStore, tmp_path: Path) -> None:
    with pytest.raises(InvalidAssetPath):
        folder_store.put(path, b"x")
    for reading in (folder_store.open, folder_store.stat, folder_store.remove, folder_store.url):
        with pytest.raises(InvalidAssetPath):
            reading(path)
    assert not list(tmp_path.rglob("x"))


@pytest.mark.parametrize(
    "uri", ["asset://../x", "asset://%2e%2e/x", "asset:///etc/passwd", "asset://a%00", "asset://%ff"]
)
def test_refused_in_uris(uri: str, folder_store: AssetStore) -> None:
    with pytest.raises(InvalidAssetPath):
        folder_store.open(uri)


def test_percent_encoding_is_undone_once(folder_store: AssetStore) -> None:
    folder_store.put("a/%2e%2e", b"a name like any other")
    with folder_store.open("asset://a/%252e%252e") as stream:
        assert stream.read() == b"a name like any other"


@given(st.text(max_size=60))
def test_an_accepted_path_stays_inside(path: str) -> None:
    try:
        accepted = checked_path(path)
    except InvalidAssetPath:
        return
    root = Path("/srv/store")
    inside = Path("/srv/store", accepted)
    assert inside != root
    assert inside.is_relative_to(root)
    assert ".." not in inside.parts
    assert path_in_uri(asset_uri(accepted)) == accepted


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(parts=st.lists(WRITABLE, min_size=1, max_size=3))
def test_what_is_accepted_can_be_stored(parts: list[str], folder_store: AssetStore) -> None:
    path = unicodedata.normalize("NFC", "/".join(parts))
    try:
        asset = folder_store.put(path, b"content")
    except InvalidAssetPath:
        return
    with folder_store.open(asset.uri) as stream:
        assert stream.read() == b"content"
    assert folder_store.stat(path).path == path


def test_a_symbolic_link_leads_nowhere(folder_store: AssetStore, tmp_path: Path) -> None:
    folder_store.put("runs/a/x.txt", b"x")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_text("secret")
    (tmp_path / "store/runs/link").symlink_to(tmp_path / "outside")
    for use in (folder_store.open, folder_store.stat, folder_store.remove):
        with pytest.raises(InvalidAssetPath, match="symbolic link"):
            use("runs/link/secret")
    with pytest.raises(InvalidAssetPath, match="symbolic link"):
        folder_store.put("runs/link/new", b"x")
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["secret"]


def test_a_file_can_not_be_a_folder_too(folder_store: AssetStore) -> None:
    folder_store.put("a/b", b"x")
    with pytest.raises(InvalidAssetPath, match="choose another name"):
        folder_store.put("a/b/c", b"x")
    with pytest.raises(InvalidAssetPath, match="choose another name"):
        folder_store.put("a", b"x")
