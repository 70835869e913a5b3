"""Waiting out a server that is away."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from prefect.exceptions import PrefectHTTPStatusError

from tasks.orchestration.patience import patiently
from tests.conftest import free_port

pytestmark = pytest.mark.orchestration


@contextmanager
def answering(*statuses: int, port: int = 0) -> Iterator[str]:
    """A server that gives one of these answers after another."""
    left = list(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(left.pop(0))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", port), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def ask(url: str) -> int:
    answer = httpx.get(url)
    try:
        answer.raise_for_status()
    except httpx.HTTPStatusError as error:
        raise PrefectHTTPStatusError.from_httpx_error(error) from None
    return answer.status_code


def test_a_server_that_fails_for_a_while_is_asked_again():
    with answering(500, 503, 429, 200) as url:
        assert patiently(lambda: ask(url)) == 200


def test_a_server_that_starts_meanwhile_is_found():
    port = free_port()
    tried = threading.Event()

    def asking() -> int:
        try:
            return ask(f"http://127.0.0.1:{port}")
        finally:
            tried.set()

    found: list[int] = []
    waiting = threading.Thread(target=lambda: found.append(patiently(asking)))
    waiting.start()
    assert tried.wait(10)
    with answering(200, port=port):
        waiting.join(20)
    assert found == [200]


def test_a_refusal_is_not_repeated():
    with answering(404, 200) as url, pytest.raises(PrefectHTTPStatusError, match="404"):
        patiently(lambda: ask(url))


def test_patience_ends():
    with answering(503, 503) as url, pytest.raises(PrefectHTTPStatusError, match="503"):
        patiently(lambda: ask(url), seconds=0)
