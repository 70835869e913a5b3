"""A small HTTP server that speaks the API of OpenAI Images, with the troubles that a test asks for."""

import base64
import json
import struct
import threading
import time
import zlib
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

KEY = "sk-very-hidden-0123456789"
SIZES = {"1024x1024", "1536x1024", "1024x1536"}
QUALITIES = {"auto", "low", "medium", "high"}


@dataclass
class Trouble:
    """One answer other than the right one.

    `cut` says where the connection breaks: before the answer, or in the middle of it. `drip` sends the body byte by
    byte, that many seconds apart. With `hold` no answer comes until that is set.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    cut: str = ""
    drip: float = 0.0
    hold: threading.Event | None = None


def error(status: int, code: str | None, message: str = "no", **more: Any) -> Trouble:
    """An error in the API's form."""
    found = {"message": message, "type": "image_generation_user_error", "param": None, "code": code, **more}
    return Trouble(status, {"x-request-id": "req_1"}, json.dumps({"error": found}).encode())


def png(width: int, height: int, grey: int = 128) -> bytes:
    """A PNG file of one grey."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + bytes([grey]) * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


class Images:
    """The server; `asked` is what it was asked, `troubles` what it answers with first, `drawn` how many it drew."""

    def __init__(self, models: tuple[str, ...] = ("gpt-image-2.5-flare", "gpt-image-2", "gpt-image-1.5")) -> None:
        self.models = models
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.headers: list[dict[str, str]] = []
        self.troubles: deque[Trouble] = deque()
        self.drawn = 0
        self.usage: Any = {
            "input_tokens": 1050,
            "input_tokens_details": {"text_tokens": 50, "image_tokens": 1000},
            "output_tokens": 4000,
            "total_tokens": 5050,
        }
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False  # a held answer may outlast the test that wanted it
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, at: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str, sent: dict[str, Any], authorization: str) -> Trouble:
        if authorization != f"Bearer {KEY}":
            return error(401, "invalid_api_key", f"Incorrect API key provided: {authorization[7:]}")
        if path == "/v1/models":
            return Trouble(body=json.dumps({"object": "list", "data": [{"id": each} for each in self.models]}).encode())
        if path not in {"/v1/images/generations", "/v1/images/edits"}:
            return error(404, None, f"Invalid URL ({path})")
        if wrong := self.wrong(sent):
            return wrong
        width, height = map(int, sent["size"].split("x"))
        count = int(sent["n"])
        self.drawn += count
        found = [{"b64_json": base64.b64encode(png(width, height, grey)).decode()} for grey in range(count)]
        answer = {"created": 1, "data": found, "size": sent["size"], "output_format": "png", "usage": self.usage}
        return Trouble(headers={"x-request-id": f"req_{len(self.asked)}"}, body=json.dumps(answer).encode())

    def wrong(self, sent: dict[str, Any]) -> Trouble | None:
        """What the API would say of parameters that it does not take."""
        if sent["model"] not in self.models:
            return error(404, "model_not_found", f"The model {sent['model']} does not exist")
        width, height = map(int, sent["size"].split("x"))
        if not (sent["size"] in SIZES if sent["model"] == "gpt-image-1.5" else width % 16 == height % 16 == 0):
            return error(400, "invalid_value", "Invalid size", param="size")
        if sent["quality"] not in QUALITIES | ({"xhigh", "max"} if "2.5" in sent["model"] else set()):
            return error(400, "invalid_value", "Invalid quality", param="quality")
        return None

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        images = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                give(self, images.answer(self.path, {}, self.headers["Authorization"]))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sent = json.loads(body) if "json" in self.headers["Content-Type"] else form(self.headers, body)
                images.asked.append((self.path, sent))
                images.headers.append({name.lower(): value for name, value in self.headers.items()})
                trouble = images.troubles.popleft() if images.troubles else None
                give(self, trouble or images.answer(self.path, sent, self.headers["Authorization"]))

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's word
                pass

        return Handler


def give(to: BaseHTTPRequestHandler, answer: Trouble) -> None:
    if answer.hold:
        answer.hold.wait(30)
    if answer.cut == "before":
        return
    with suppress(BrokenPipeError, ConnectionResetError):  # the caller had lost patience, as a test wanted
        to.send_response(answer.status)
        for name, value in answer.headers.items():
            to.send_header(name, value)
        to.send_header("Content-Length", str(len(answer.body)))
        to.end_headers()
        if answer.cut:
            to.wfile.write(answer.body[: len(answer.body) // 2])
        elif answer.drip:
            for byte in answer.body:
                to.wfile.write(bytes([byte]))
                time.sleep(answer.drip)
        else:
            to.wfile.write(answer.body)


def form(headers: Message, body: bytes) -> dict[str, Any]:
    """The fields of a multipart body; files as (name, media type, bytes)."""
    parsed = BytesParser().parsebytes(f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode() + body)
    found: dict[str, Any] = {}
    for part in parsed.get_payload():
        assert isinstance(part, Message)
        name, data = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        assert isinstance(data, bytes)
        found[str(name)] = (
            (part.get_filename(), part.get_content_type(), data) if part.get_filename() else data.decode()
        )
    return found
