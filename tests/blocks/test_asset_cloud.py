"""Cloud Storage: what comes from elsewhere, what is wrong with it, and its own addresses."""

import base64
import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from blocks.asset_store import AssetConflict, AssetDamaged, AssetStore, AssetStoreError
from blocks.block_error import BlockError

pytestmark = pytest.mark.blocks


def uploaded_by_hand(bucket: str, name: str, data: bytes, metadata: dict[str, str] | None = None) -> None:
    from google.cloud.storage import Client

    client = Client()
    blob = client.bucket(bucket).blob(name)
    blob.metadata = metadata
    blob.upload_from_string(data, content_type="text/csv")
    client.close()


def test_an_object_from_elsewhere_is_digested_by_reading_it(cloud_store: AssetStore, bucket: str) -> None:
    uploaded_by_hand(bucket, "some/prefix/in/a.csv", b"a,b\n")
    stored = cloud_store.stat("in/a.csv")
    assert (stored.sha256, stored.media_type, stored.metadata) == (hashlib.sha256(b"a,b\n").hexdigest(), "text/csv", {})
    assert cloud_store.put("in/a.csv", b"a,b\n").sha256 == stored.sha256
    with pytest.raises(AssetConflict):
        cloud_store.put("in/a.csv", b"c,d\n")


def test_what_is_outside_its_prefix_is_not_its_own(cloud_store: AssetStore, bucket: str) -> None:
    uploaded_by_hand(bucket, "other/a.csv", b"a,b\n")
    assert list(cloud_store.list()) == []
    with pytest.raises(BlockError, match="not in this store"):
        cloud_store.open(f"gs://{bucket}/other/a.csv")
    with pytest.raises(BlockError):
        cloud_store.open(f"gs://{bucket}/some/prefix/../../other/a.csv")


def test_a_wrong_digest_is_noticed(cloud_store: AssetStore, bucket: str, tmp_path: Path) -> None:
    uploaded_by_hand(bucket, "some/prefix/a.csv", b"a,b\n", {"sha256": "0" * 64})
    with pytest.raises(AssetDamaged, match="recorded SHA-256"):
        cloud_store.download("a.csv", tmp_path / "copy")
    assert list(tmp_path.glob("copy*")) == []


def test_the_crc32c_of_what_was_stored_is_that_of_the_bytes(cloud_store: AssetStore, bucket: str) -> None:
    import google_crc32c
    from google.cloud.storage import Client

    data = bytes(range(256)) * 50_000  # more than one request
    cloud_store.put("a.bin", io.BytesIO(data))
    client = Client()
    blob = client.bucket(bucket).get_blob("some/prefix/a.bin")
    client.close()
    assert base64.b64decode(blob.crc32c) == google_crc32c.value(data).to_bytes(4, "big")


def test_a_bucket_that_does_not_exist_is_named(storage_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", storage_server)
    with pytest.raises(BlockError, match="bucket there-is-no-such-bucket does not exist"):
        AssetStore(location="gs://there-is-no-such-bucket").check()


@pytest.mark.parametrize("credentials", ["not json", "{}", '{"type": "service_account"}'])
def test_credentials_that_are_none_are_said_and_not_shown(credentials: str) -> None:
    with pytest.raises(AssetStoreError, match="JSON of a service account key") as said:
        AssetStore(location="gs://bucket", credentials=credentials).check()
    assert credentials not in str(said.value)


def test_signs_where_the_credentials_can(storage_server: str) -> None:
    store = AssetStore(location="gs://bucket/prefix", credentials=service_account_key())
    for lifetime, seconds in ((timedelta(minutes=10), "600"), (timedelta(days=30), "604800")):
        query = parse_qs(urlsplit(store.url("runs/a/x.png", lifetime)).query)
        assert query["X-Goog-Expires"] == [seconds]
        assert query["X-Goog-Credential"][0].startswith("flows@project.iam.gserviceaccount.com/")
        assert len(query["X-Goog-Signature"][0]) == 512


def test_without_a_signature_the_address_asks_for_a_login(bucket: str) -> None:
    store = AssetStore(location=f"gs://{bucket}")
    assert store.put("runs/a/x y.png", b"x").url == f"https://storage.cloud.google.com/{bucket}/runs/a/x%20y.png"


def service_account_key() -> str:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "project",
            "client_email": "flows@project.iam.gserviceaccount.com",
            "private_key": pem,
            "private_key_id": "1",
            "token_uri": "https://oauth2.googleapis.com/token",
        }
    )
