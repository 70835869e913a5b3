"""A loopback server that speaks the hub's API over TLS: listing, redirected files, ETag, Range, cut connections."""

import hashlib
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import trustme

from blocks.model_hub import ModelHub, ModelHubSettings
from blocks.source import SourceSettings

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HEADER = b'{"w":{"dtype":"F32","shape":[50000],"data_offsets":[0,200000]}}'
WEIGHTS = len(HEADER).to_bytes(8, "little") + HEADER + bytes(200_000)


class HubServer(ThreadingHTTPServer):
    """Holds `files`; `cuts` connections are cut half-way; `asked` are the (path, Range, Authorization) of requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = {"unet/model.safetensors": WEIGHTS, "model_index.json": b'{"_class_name": "X"}\n'}
        self.cuts = 0
        self.asked: list[tuple[str, str | None, str | None]] = []
        self.served: dict[str, bytes] = {}  # in place of what the listing promises

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no finding."""

    def listing(self) -> dict[str, Any]:
        siblings = []
        for path, content in self.files.items():
            entry: dict[str, Any] = {"rfilename": path, "size": len(content)}
            entry["blobId"] = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
            if not path.endswith(".json"):
                entry["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
            siblings.append(entry)
        return {"sha": COMMIT, "cardData": {"license": "openrail++"}, "siblings": siblings}


class _Handler(BaseHTTPRequestHandler):
    server: HubServer

    def log_message(self, *arguments: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Range"), self.headers.get("Authorization")))
        port = self.server.server_port
        if self.path.startswith("/api/models/owner/tiny/"):
            self._answer(200, json.dumps(self.server.listing()).encode(), {})
        elif self.path.startswith(f"/owner/tiny/resolve/{COMMIT}/"):
            name = self.path.split(COMMIT + "/", 1)[1]
            self._answer(302, b"", {"Location": f"https://localhost:{port}/cdn/{name}?Signature=secret"})
        elif self.path.startswith("/cdn/"):
            self._file(self.path.removeprefix("/cdn/").split("?")[0])
        elif self.path == "/inside.safetensors":
            self._answer(302, b"", {"Location": f"https://10.0.0.1:{port}/x.safetensors"})
        else:
            self._answer(404, b"", {})

    def _file(self, name: str) -> None:
        content = self.server.served.get(name, self.server.files[name])
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        headers = {"ETag": f'"{hashlib.sha256(content).hexdigest()}"'}
        if start >= len(content):
            self._answer(416, b"", headers)
            return
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._answer(206 if start else 200, content[start:], headers)

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        cut = self.server.cuts > 0 and len(body) > 50_000
        self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.server.cuts -= 1
        self.close_connection = True


@contextmanager
def hub_server(folder: Path) -> Iterator[HubServer]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    server = HubServer()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def hub_at(server: HubServer, folder: Path, **settings: Any) -> ModelHub:
    sources = SourceSettings(networks="127.0.0.0/8", ports=str(server.server_port), ca_file=folder / "authority.pem")
    chosen = {"endpoint": f"https://127.0.0.1:{server.server_port}", "folder": folder / "weights", "reserve_bytes": 0}
    return ModelHub(
        ModelHubSettings(**{**chosen, **settings}),
        sources,
        lambda host, port: ["10.0.0.1" if host == "10.0.0.1" else "127.0.0.1"],
    )
