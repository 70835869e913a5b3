"""Files up and down, over a connection that breaks."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from blocks.asset_store import AssetStore
from deployments.client import Asset, Client, Refused, TransferError, transfer
from tests.deployments.client.served import CONTENT, Served, count

pytestmark = pytest.mark.gateway


@pytest.fixture
def asset(served: Served) -> Asset:
    """A stored file, as results name it."""
    stored = AssetStore.default().put("runs/00000000-0000-4000-8000-000000000001/data.bin", CONTENT)
    return Asset.model_validate(stored.model_dump(mode="json"))


def test_a_result_brings_its_files(served: Served, client: Client, tmp_path: Path):
    run = client.submit(served.deploy(count), {"files": 1})
    served.perform(count, run.run_id)
    [asset] = client.result(run.run_id)["assets"]
    file = client.download(asset, tmp_path / "to")
    assert file == tmp_path / "to" / "0.bin"
    assert file.read_bytes() == CONTENT
    assert [path.name for path in file.parent.iterdir()] == ["0.bin"]


def test_a_download_goes_on_where_it_broke(served: Served, client: Client, asset: Asset, tmp_path: Path):
    served.wire.answer_bytes = len(CONTENT) // 2
    assert client.download(asset, tmp_path).read_bytes() == CONTENT
    assert served.wire.connections == 2


def test_a_partial_file_is_gone_on_with(served: Served, client: Client, asset: Asset, tmp_path: Path):
    (tmp_path / "data.bin.partial").write_bytes(CONTENT[:-1000])
    served.wire.answer_bytes = 10_000  # more would break the connection
    assert client.download(asset, tmp_path).read_bytes() == CONTENT
    assert served.wire.connections == 1


def test_a_partial_file_of_something_else_is_fetched_anew(client: Client, asset: Asset, tmp_path: Path):
    (tmp_path / "data.bin.partial").write_bytes(b"x" * 5000)
    assert client.download(asset, tmp_path).read_bytes() == CONTENT


def test_a_partial_file_that_is_too_long_is_fetched_anew(client: Client, asset: Asset, tmp_path: Path):
    (tmp_path / "data.bin.partial").write_bytes(CONTENT + b"more")
    assert client.download(asset, tmp_path).read_bytes() == CONTENT


def test_a_file_that_is_there_is_not_fetched_again(served: Served, client: Client, asset: Asset, tmp_path: Path):
    (tmp_path / "data.bin").write_bytes(CONTENT)
    assert client.download(asset, tmp_path) == tmp_path / "data.bin"
    assert served.wire.connections == 0


def test_what_arrives_is_checked(client: Client, asset: Asset, tmp_path: Path):
    other = asset.model_copy(update={"sha256": hashlib.sha256(b"other").hexdigest()})
    with pytest.raises(TransferError, match="SHA-256"):
        client.download(other, tmp_path)
    assert list(tmp_path.glob("data.bin*")) == []


@pytest.mark.parametrize("name", ["..", "", "a/..", "a\nb"])
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str):
    asset = Asset(name=name, uri="asset://x", media_type="text/csv", bytes=1, sha256="", url="http://127.0.0.1/x")
    with Client("http://127.0.0.1") as client, pytest.raises(TransferError, match="name"):
        client.download(asset, tmp_path)


def test_a_name_stays_in_its_folder(client: Client, asset: Asset, tmp_path: Path):
    outside = asset.model_copy(update={"name": "../../outside.bin"})
    assert client.download(outside, tmp_path / "to") == tmp_path / "to" / "outside.bin"


def test_a_file_that_is_not_there(client: Client, asset: Asset, tmp_path: Path):
    with pytest.raises(Refused, match="There is no such file"):
        client.download(asset.model_copy(update={"url": asset.url.replace("data.bin", "other.bin")}), tmp_path)


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str | None]]]:
    """Another server, which notes who sends it an API key."""
    seen: list[str | None] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get("Authorization"))
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT)

        def log_message(self, *_: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/data.bin", seen
        server.shutdown()


def test_another_server_is_not_sent_the_key(elsewhere: tuple[str, list], asset: Asset, served: Served, tmp_path: Path):
    url, seen = elsewhere
    with Client(served.url, api_key="aif_secret") as client:
        client.download(asset.model_copy(update={"url": url}), tmp_path)
    assert seen == [None]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of text in several parts."""
    path = tmp_path / "transactions.csv"
    path.write_text("id,amount\n" + "1,2.50\n" * 100_000)
    return path


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a quarter of a MiB."""
    monkeypatch.setattr(transfer, "PART", 1 << 18)


@pytest.mark.usefixtures("small_parts")
def test_an_upload_in_parts(client: Client, file: Path):
    asset = client.upload(file)
    assert (asset.name, asset.bytes, asset.media_type) == ("transactions.csv", file.stat().st_size, "text/csv")
    with AssetStore.default().open(asset.uri) as stored:
        assert stored.read() == file.read_bytes()


@pytest.mark.usefixtures("small_parts")
def test_an_upload_goes_on_half_way(served: Served, client: Client, file: Path):
    served.wire.request_bytes = file.stat().st_size // 2
    asset = client.upload(file, "renamed.csv")
    assert served.wire.connections >= 2
    assert (asset.name, asset.sha256) == ("renamed.csv", hashlib.sha256(file.read_bytes()).hexdigest())


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("answers_before", [0, 1, 2, 6])
def test_any_answer_to_an_upload_may_get_lost(served: Served, client: Client, file: Path, answers_before: int):
    served.wire.answers_before_loss = answers_before
    served.wire.lost_answers = 1
    assert client.upload(file).sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert served.wire.lost_answers == 0
    assert served.wire.connections == 2


def test_an_empty_file_is_refused_with_the_reason(client: Client, tmp_path: Path):
    (tmp_path / "empty.csv").touch()
    with pytest.raises(Refused, match="empty"):
        client.upload(tmp_path / "empty.csv")
