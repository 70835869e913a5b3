"""Signed links: only the path that was signed, only until it ends, only with the key."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.asset_store import AssetStore
from blocks.asset_store.signing import expiry, sign, verify

pytestmark = pytest.mark.blocks
KEY = "0123456789abcdef"


@pytest.fixture
def signing_store(tmp_path: Path) -> AssetStore:
    return AssetStore(location=tmp_path.as_uri(), public_url="http://127.0.0.1:8000/assets", signing_key=KEY)


def signed(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return unquote(parts.path.removeprefix("/assets/")), query["expires"][0], query["signature"][0]


def test_a_link_opens_its_own_path_only(signing_store: AssetStore) -> None:
    path, expires, signature = signed(signing_store.url("runs/a/chart one.png", timedelta(minutes=5)))
    assert path == "runs/a/chart one.png"
    assert signing_store.verify(path, expires, signature)
    assert not signing_store.verify("runs/b/chart one.png", expires, signature)
    assert not signing_store.verify(path, str(int(expires) + 1), signature)
    assert not signing_store.verify(path, expires, signature[:-1])
    other = signing_store.model_copy(update={"signing_key": None})
    assert not other.verify(path, expires, signature)


def test_a_link_ends() -> None:
    now = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
    end = expiry(timedelta(minutes=5), now)
    signature = sign(KEY, "a", end)
    assert verify(KEY, "a", end, signature, now + timedelta(minutes=4, seconds=59))
    assert not verify(KEY, "a", end, signature, now + timedelta(minutes=5, seconds=1))


def test_long_links_of_one_hour_are_the_same() -> None:
    now = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
    assert expiry(timedelta(days=7), now) == expiry(timedelta(days=7), now + timedelta(minutes=50))
    assert expiry(timedelta(days=7), now) >= (now + timedelta(days=7)).timestamp()


@given(st.text(), st.text(), st.text())
def test_what_was_not_signed_never_opens_and_never_raises(path: str, expires: str, signature: str) -> None:
    assert not verify(KEY, path, expires, signature)


def test_the_local_key_is_one_for_all_and_private(isolated_data_dir: Path) -> None:
    first = AssetStore.default()
    assert first is AssetStore.default()
    file = isolated_data_dir / "asset-signing.key"
    assert file.stat().st_mode & 0o077 == 0
    assert first.signing_key is not None
    assert first.signing_key.get_secret_value() == file.read_text()
    assert first.location == (isolated_data_dir / "assets").as_uri()
    assert [path.name for path in isolated_data_dir.iterdir()] == ["asset-signing.key"]
