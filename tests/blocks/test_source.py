"""Sources: public hosts over TLS, the store and configured buckets; everything else is out of reach."""

import hashlib
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import trustme
from pydantic import BaseModel, ValidationError

from blocks.asset_store import AssetDamaged, AssetStore
from blocks.source import (
    SourceError,
    SourceRefused,
    Sources,
    SourceSettings,
    SourceTooLarge,
    SourceUnavailable,
    SourceUri,
    fetch,
)
from blocks.source.address import is_public
from tests.conftest import free_port

pytestmark = pytest.mark.blocks
LOOPBACK = (ip_network("127.0.0.0/8"),)
CSV = b"time,open\n1,2\n"


class Host(BaseHTTPRequestHandler):
    """Answers by path, and remembers what it was asked."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        path, _, rest = self.path.removeprefix("/").partition("?")
        getattr(self, f"answer_{path.partition('.')[0].partition('/')[0]}", self.answer_missing)(rest)

    def answer_candles(self, rest: str) -> None:
        self.answer(200, CSV, {"Content-Type": "application/octet-stream"})

    def answer_untyped(self, rest: str) -> None:
        self.answer(200, b"\x01\x02", {"Content-Type": "application/x-special; charset=x"})

    def answer_redirect(self, rest: str) -> None:
        self.answer(302, b"", {"Location": rest})

    def answer_packed(self, rest: str) -> None:
        self.answer(200, b"x", {"Content-Encoding": "gzip"})

    def answer_long(self, rest: str) -> None:
        self.answer(200, bytes(5000), {})

    def answer_endless(self, rest: str) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(bytes(1000))
        except OSError:
            return

    def answer_cut(self, rest: str) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"only this")

    def answer_drip(self, rest: str) -> None:
        """Headers that never end, a line at a time: each read succeeds in time, the whole never does."""
        try:
            self.send_response(200)
            self.flush_headers()
            for number in range(10_000):
                self.wfile.write(f"X-Header-{number}: 1\r\n".encode())
                self.wfile.flush()
                time.sleep(0.01)
        except OSError:
            return

    def answer_missing(self, rest: str) -> None:
        self.answer(404, b"", {})

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        """Tests read `asked` instead."""


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    made = trustme.CA()
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    made.cert_pem.write_to_path(str(file))
    return made, file


@pytest.fixture
def host(authority: tuple[trustme.CA, Path]) -> Iterator[ThreadingHTTPServer]:
    """An https server on loopback, for localhost and files.example.test."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority[0].issue_cert("localhost", "files.example.test").configure_cert(context)
    handler = type("Handler", (Host,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that hang up are the test
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(host: ThreadingHTTPServer, authority: tuple[trustme.CA, Path]) -> SourceSettings:
    """What an operator sets to let a private host be read."""
    return SourceSettings(networks=LOOPBACK, ports=frozenset({443, host.server_port}), ca_file=authority[1], seconds=20)


def asked(host: ThreadingHTTPServer) -> list[str]:
    found: list[str] = host.RequestHandlerClass.asked  # type: ignore[attr-defined]
    return found


def test_a_permitted_host_is_read(host: ThreadingHTTPServer, settings: SourceSettings, tmp_path: Path) -> None:
    found = Sources(settings).fetch(f"https://localhost:{host.server_port}/candles.csv?key=1", tmp_path / "a", 1000)
    assert found.path.read_bytes() == CSV
    assert (found.bytes, found.sha256) == (len(CSV), hashlib.sha256(CSV).hexdigest())
    assert found.media_type == "text/csv"
    assert asked(host) == ["/candles.csv?key=1"]
    untyped = Sources(settings).fetch(f"https://localhost:{host.server_port}/untyped", tmp_path / "b", 1000)
    assert untyped.media_type == "application/x-special"


def test_by_default_loopback_is_refused(host: ThreadingHTTPServer, settings: SourceSettings, tmp_path: Path) -> None:
    closed = settings.model_copy(update={"networks": ()})
    for name in ("localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]", "0"):
        uri = f"https://{name}:{host.server_port}/candles.csv"
        for use in (Sources(closed).require_allowed, lambda uri: Sources(closed).fetch(uri, tmp_path / "a", 1000)):
            with pytest.raises(SourceError, match=r"not public|no address"):
                use(uri)
    assert asked(host) == []
    assert list(tmp_path.glob("a*")) == []


def test_a_name_that_changes_its_address_gains_nothing(
    host: ThreadingHTTPServer, settings: SourceSettings, tmp_path: Path
) -> None:
    answers = [["93.184.216.34"], ["127.0.0.1"]]

    def rebinding(name: str, port: int) -> Sequence[str]:
        return answers.pop(0)

    sources = Sources(settings.model_copy(update={"networks": ()}), resolve=rebinding)
    uri = f"https://files.example.test:{host.server_port}/candles.csv"
    sources.require_allowed(uri)
    with pytest.raises(SourceRefused, match="not public"):
        sources.fetch(uri, tmp_path / "a", 1000)
    assert asked(host) == []


def test_one_private_address_among_public_ones_refuses_all(settings: SourceSettings) -> None:
    sources = Sources(
        settings.model_copy(update={"networks": ()}), resolve=lambda name, port: ["93.184.216.34", "10.0.0.1"]
    )
    with pytest.raises(SourceRefused):
        sources.require_allowed("https://files.example.test/a")


def test_the_checked_address_is_connected_to_and_the_name_is_still_verified(
    host: ThreadingHTTPServer, settings: SourceSettings, tmp_path: Path
) -> None:
    sources = Sources(settings, resolve=lambda name, port: ["127.0.0.1"])
    found = sources.fetch(f"https://files.example.test:{host.server_port}/candles.csv", tmp_path / "a", 1000)
    assert found.bytes == len(CSV)
    with pytest.raises(SourceUnavailable, match="certificate"):
        sources.fetch(f"https://other.example.test:{host.server_port}/candles.csv", tmp_path / "a", 1000)
    with pytest.raises(SourceUnavailable, match="certificate"):
        Sources(settings.model_copy(update={"ca_file": None}), resolve=lambda name, port: ["127.0.0.1"]).fetch(
            f"https://files.example.test:{host.server_port}/candles.csv", tmp_path / "a", 1000
        )


def test_redirects_are_followed_a_few_times(
    host: ThreadingHTTPServer, settings: SourceSettings, tmp_path: Path
) -> None:
    start = f"https://localhost:{host.server_port}/redirect?"
    assert Sources(settings).fetch(start + "/candles.csv", tmp_path / "a", 1000).bytes == len(CSV)
    with pytest.raises(SourceUnavailable, match="more than 5 times"):
        Sources(settings).fetch(start + start, tmp_path / "a", 1000)


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1/latest/meta-data",
        "https://169.254.169.254/computeMetadata/v1/",
        "https://10.0.0.1/",
        "https://[fd00::1]/",
        "https://metadata@127.0.0.1/",
        "file:///etc/passwd",
        "gs://private/secret",
        "asset://runs/other/secret",
        "https://127.0.0.2:22/",
        "",
    ],
)
def test_redirects_are_checked_like_the_first_address(
    host: ThreadingHTTPServer, settings: SourceSettings, tmp_path: Path, target: str
) -> None:
    only_this = settings.model_copy(update={"networks": (ip_network("127.0.0.1"),)})
    with pytest.raises((SourceRefused, SourceUnavailable)):
        Sources(only_this).fetch(f"https://localhost:{host.server_port}/redirect?{target}", tmp_path / "a", 1000)
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("long", SourceTooLarge),
        ("endless", SourceTooLarge),
        ("cut", SourceUnavailable),
        ("packed", SourceUnavailable),
        ("missing", SourceUnavailable),
    ],
)
def test_what_is_too_large_or_broken_leaves_nothing(
    host: ThreadingHTTPServer, settings: SourceSettings, tmp_path: Path, path: str, error: type[Exception]
) -> None:
    folder = tmp_path / "fetched"
    folder.mkdir()
    with pytest.raises(error, match=f"https://localhost:{host.server_port}/{path} ") as said:
        Sources(settings).fetch(f"https://localhost:{host.server_port}/{path}?signature=secret", folder / "a", 1000)
    assert "secret" not in str(said.value)
    assert list(folder.iterdir()) == []


def test_a_host_that_drips_is_left(host: ThreadingHTTPServer, settings: SourceSettings, tmp_path: Path) -> None:
    hurried = settings.model_copy(update={"seconds": 0.5})
    started = time.monotonic()
    with pytest.raises(SourceUnavailable, match="in time"):
        Sources(hurried).fetch(f"https://localhost:{host.server_port}/drip", tmp_path / "a", 1000)
    assert time.monotonic() - started < 5


def test_a_port_that_is_closed_or_not_permitted(settings: SourceSettings, tmp_path: Path) -> None:
    port = free_port()
    uri = f"https://localhost:{port}/"
    with pytest.raises(SourceRefused, match="SOURCE_PORTS"):
        Sources(settings).fetch(uri, tmp_path / "a", 1000)
    open_port = settings.model_copy(update={"ports": frozenset({port})})
    with pytest.raises(SourceUnavailable, match="could not be read"):
        Sources(open_port).fetch(uri, tmp_path / "a", 1000)


def test_an_unknown_host_is_said(tmp_path: Path) -> None:
    def nowhere(name: str, port: int) -> Sequence[str]:
        raise SourceUnavailable(f"The host {name} has no address: check its spelling.")

    with pytest.raises(SourceUnavailable, match="no address"):
        Sources(SourceSettings(), resolve=nowhere).fetch("https://nowhere.invalid/a", tmp_path / "a", 10)


def test_assets_come_from_the_store(store: AssetStore, tmp_path: Path) -> None:
    store.put("uploads/a/candles.csv", CSV)
    sources = Sources(SourceSettings(), store)
    assert sources.fetch("asset://uploads/a/candles.csv", tmp_path / "a", 1000).media_type == "text/csv"
    assert (tmp_path / "a").read_bytes() == CSV
    own_uri = store.stat("uploads/a/candles.csv").uri  # gs:// in a bucket, which SOURCE_BUCKETS need not name
    sources.require_allowed(own_uri)
    assert sources.fetch(own_uri, tmp_path / "a", 1000).sha256 == hashlib.sha256(CSV).hexdigest()
    with pytest.raises(SourceTooLarge):
        sources.fetch("asset://uploads/a/candles.csv", tmp_path / "b", 5)
    with pytest.raises(SourceUnavailable, match="Nothing is stored"):
        sources.fetch("asset://uploads/b/candles.csv", tmp_path / "b", 1000)


def test_a_damaged_asset_is_not_used(folder_store: AssetStore, tmp_path: Path) -> None:
    folder_store.put("uploads/a/candles.csv", CSV)
    (tmp_path / "store/uploads/a/candles.csv").write_bytes(b"other")
    with pytest.raises(AssetDamaged):
        Sources(SourceSettings(), folder_store).fetch("asset://uploads/a/candles.csv", tmp_path / "a", 1000)


def test_the_default_store_is_used_without_configuration(tmp_path: Path) -> None:
    AssetStore.default().put("uploads/a/candles.csv", CSV)
    assert fetch("asset://uploads/a/candles.csv", tmp_path / "a", 1000).bytes == len(CSV)


def test_only_listed_buckets_are_read(bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    AssetStore(location=f"gs://{bucket}").storage.create("in/candles.csv", *_opened(CSV))
    with pytest.raises(SourceRefused, match="SOURCE_BUCKETS"):
        fetch(f"gs://{bucket}/in/candles.csv", tmp_path / "a", 1000)
    monkeypatch.setenv("SOURCE_BUCKETS", f"other, {bucket}")
    assert fetch(f"gs://{bucket}/in/candles.csv", tmp_path / "a", 1000).sha256 == hashlib.sha256(CSV).hexdigest()
    with pytest.raises(SourceUnavailable):
        fetch(f"gs://{bucket}/in/nothing.csv", tmp_path / "b", 1000)
    with pytest.raises(SourceTooLarge):
        fetch(f"gs://{bucket}/in/candles.csv", tmp_path / "b", 3)


def _opened(data: bytes) -> tuple[Any, str, dict[str, str]]:
    import io

    return io.BytesIO(data), "text/csv", {}


class Request(BaseModel):
    source: SourceUri


@pytest.mark.parametrize(
    "uri",
    [
        "asset://uploads/a/b.csv",
        "asset://uploads/a/my%20file.csv",
        "gs://bucket/a/b.csv",
        "https://example.com/a.csv?x=1",
        "https://example.com:8443/a",
    ],
)
def test_uris_in_form(uri: str) -> None:
    assert Request(source=uri).source == uri


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "file:///etc/passwd",
        "/etc/passwd",
        "http://example.com/a",
        "ftp://example.com/a",
        "HTTPS://example.com/a",
        "https://",
        "https:///a",
        "https://user:password@example.com/a",
        "https://example.com\\@127.0.0.1/",
        "https://example.com/a b",
        "https://example.com/\r\nX: y",
        "https://example.com:99999/",
        "https://example.com:0/",
        "https://[::1/",
        "https://bücher.example/",
        "asset://../secret",
        "asset://a/%2e%2e/%2e%2e/secret",
        "asset://.records/a",
        "gs://bucket",
        "gs://bucket/../a",
        "gs:///a",
        "data:text/csv,a",
        "https://example.com/" + "a" * 2048,
    ],
)
def test_uris_out_of_form(uri: str) -> None:
    with pytest.raises(ValidationError):
        Request(source=uri)
    if len(uri) < 2048:
        with pytest.raises(SourceRefused):
            Sources(SourceSettings()).require_allowed(uri)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1"])
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.1", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.0.2.1"),
        *("192.168.1.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "fc00::1", "fe80::1", "ff02::1", "fec0::1", "2001:db8::1"),
        *("::ffff:10.0.0.1", "::ffff:127.0.0.1", "::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:0:1::1"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


def test_the_real_resolver_answers_addresses() -> None:
    from blocks.source.address import resolve

    assert set(resolve("localhost", 443)) <= {"127.0.0.1", "::1"}
    with pytest.raises(SourceUnavailable):
        resolve("a" * 64 + ".invalid", 443)
