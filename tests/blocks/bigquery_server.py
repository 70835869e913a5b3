"""A BigQuery to test against: bqemulator, behind a front that keeps BigQuery's rules about job ids.

The emulator gives every uploaded load job an id of its own and so runs a repeat again. BigQuery takes the client's id,
runs it once and answers 409 to a repeat; the front adds that and leaves the rest, uploads and SQL, to the emulator.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.conftest import free_port

# DuckDB fetches extensions it lacks from the network; wheels carry the two that the emulator insists on.
LOAD_EXTENSIONS = "import duckdb_extensions as d; d.import_extension('icu'); d.import_extension('spatial')"
FORWARDED = {"content-type", "content-range", "location", "range", "x-goog-upload-status", "host", "etag", "if-match"}


@contextmanager
def running_emulator(folder: Path) -> Iterator[str]:
    """Address of an emulator that keeps everything in memory; what it writes goes to `folder`."""
    environment = {
        **os.environ,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BQEMU_ENABLE_FORMAT_EXTENSIONS": "false",
    }
    subprocess.run([sys.executable, "-c", LOAD_EXTENSIONS], env=environment, check=True, timeout=60)
    port = free_port()
    log = folder / "emulator.log"
    command = [sys.executable, "-m", "bqemulator", "start", "--rest-port", str(port), "--grpc-port", "0"]
    with log.open("wb") as output:
        process = subprocess.Popen([*command, "--log-level", "error"], env=environment, stdout=output, stderr=output)
    try:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while not _is_ready(url):
            assert process.poll() is None, f"the emulator ended:\n{log.read_text()[-3000:]}"
            assert time.monotonic() < deadline, f"the emulator was not ready:\n{log.read_text()[-3000:]}"
            time.sleep(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=2).is_success
    except httpx.TransportError:
        return False


class BigQueryServer:
    """The emulator with BigQuery's job ids; `jobs` is what has been loaded, `requests` what was asked."""

    def __init__(self, emulator: str) -> None:
        self.jobs: dict[str, dict[str, Any]] = {}
        self.requests: list[tuple[str, str]] = []
        self.refusal: tuple[int, str] | None = None
        """Set to (status, reason) to answer everything with that error."""
        self.failing_loads = 0
        """How many of the next load jobs end in an error, having loaded nothing."""
        self.uploaded = 0
        self._uploads: dict[str, dict[str, Any]] = {}
        self._loading = threading.Lock()
        self._client = httpx.Client(base_url=emulator, timeout=60, headers={"Accept-Encoding": "identity"})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "BigQueryServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._client.close()

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, Any, bytes]:
        path = urlsplit(target).path
        self.requests.append((method, path))
        if self.refusal:
            return _error(*self.refusal)
        if path.startswith("/upload/"):
            with self._loading:
                return self._upload(method, target, headers, body)
        if method == "GET" and "/jobs/" in path and (job := self.jobs.get(path.rpartition("/")[2])):
            return 200, {"content-type": "application/json"}, json.dumps(job).encode()
        return self._forward(method, target, headers, body)

    def _upload(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, Any, bytes]:
        upload = parse_qs(urlsplit(target).query).get("upload_id", [""])[0]
        if method == "POST":
            status, answered, content = self._forward(method, target, headers, body)
            self._uploads[answered["x-guploader-uploadid"]] = json.loads(body)
            return status, answered, content
        job = self._uploads[upload]
        job_id = job["jobReference"]["jobId"]
        if job_id in self.jobs:  # BigQuery says so at the end of the upload
            return _error(409, "duplicate", f"Already Exists: Job {job_id}")
        self.uploaded += len(body)
        if self.failing_loads:
            self.failing_loads -= 1
            failure = {"reason": "invalid", "message": "as the test asked"}
            job["status"] = {"state": "DONE", "errorResult": failure, "errors": [failure]}
        else:
            status, answered, content = self._forward(method, target, headers, body)
            if status != 200:
                return status, answered, content
            job = json.loads(content)
            job["jobReference"]["jobId"] = job_id
        self.jobs[job_id] = job
        return 200, {"content-type": "application/json"}, json.dumps(job).encode()

    def _forward(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, Any, bytes]:
        kept = {name: value for name, value in headers.items() if name.lower() in FORWARDED}
        response = self._client.request(method, target, headers=kept, content=body)
        return response.status_code, response.headers, response.content


def _error(status: int, reason: str, message: str = "as the test asked") -> tuple[int, Any, bytes]:
    error = {"code": status, "message": message, "errors": [{"reason": reason, "message": message}]}
    return status, {"content-type": "application/json"}, json.dumps({"error": error}).encode()


def _handler(server: BigQueryServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, content = server.answer(self.command, self.path, dict(self.headers), body)
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() in FORWARDED - {"host"} or name.lower() == "x-guploader-uploadid":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Connection", "close")  # so that no thread waits for a client that keeps it open
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = True

        def do_POST(self) -> None:
            self.do_GET()

        def do_PUT(self) -> None:
            self.do_GET()

        def do_PATCH(self) -> None:
            self.do_GET()

        def do_DELETE(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    return Handler
