"""A small HTTP server that speaks Runway's API, with the states and troubles that a test asks for."""

import json
import threading
import time
import uuid
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

KEY = "key_very_hidden_0123456789abcdef"
VIDEO = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(range(256)) * 400

WORDS_RATIOS = {"1280:720", "720:1280"}
RATIOS = {"1280:720", "720:1280", "1104:832", "960:960", "832:1104", "1584:672"}
VEO_RATIOS = {"1280:720", "720:1280", "1080:1920", "1920:1080"}
CREDITS = {"gen4.5": 12, "gen4_turbo": 5, "veo3.1": 20, "veo3.1_fast": 10}


@dataclass
class Trouble:
    """One answer other than the right one.

    `cut` says where the connection breaks: before the answer, or in the middle of it. `drip` sends the body byte by
    byte, that many seconds apart. With `hold` no answer comes until that is set. An empty header is left out.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    cut: str = ""
    drip: float = 0.0
    hold: threading.Event | None = None


def error(status: int, message: str = "no", **headers: str) -> Trouble:
    """An error in the API's form."""
    return Trouble(status, headers, json.dumps({"error": message}).encode())


def state(status: str, **more: Any) -> dict[str, Any]:
    """What is said of a task in a state."""
    cost = {"cost": {"credits": 60}} if status in {"SUCCEEDED", "FAILED", "CANCELLED"} else {}
    return {"status": status, "createdAt": "2026-11-28T03:00:00Z", "estimatedCost": {"credits": 60}, **cost, **more}


class Runway:
    """The server.

    Attributes:
        asked: Method, path and body of each call, with the key that came along.
        states: What tasks say next; when they are used up a task has succeeded.
        troubles: By the beginning of a path, what is answered first.
        expired: Addresses of videos that are no longer valid.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.headers: list[dict[str, str]] = []
        self.states: deque[dict[str, Any]] = deque()
        self.troubles: dict[str, deque[Trouble]] = {}
        self.tasks: dict[str, str] = {}
        self.expired: set[str] = set()
        self.video = VIDEO
        self.credits = 1000
        self._addresses = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False  # a held answer may outlast the test that wanted it
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, at: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def trouble(self, path: str, *troubles: Trouble) -> None:
        """Answer calls to this path with these first."""
        self.troubles.setdefault(path, deque()).extend(troubles)

    def calls(self, path: str) -> int:
        return sum(1 for _, asked, _ in self.asked if asked.startswith(path))

    def answer(self, method: str, path: str, sent: dict[str, Any], headers: dict[str, str]) -> Trouble:
        if path.startswith("/files/"):
            return Trouble(403, body=b"<Error>Expired</Error>") if path in self.expired else Trouble(body=self.video)
        if headers.get("authorization") != f"Bearer {KEY}":
            return error(401, f"API key {headers.get('authorization')} is not valid")
        if headers.get("x-runway-version") != "2024-11-06":
            return error(400, "The X-Runway-Version header is not valid")
        return self.answer_to_owner(method, path, sent)

    def answer_to_owner(self, method: str, path: str, sent: dict[str, Any]) -> Trouble:
        if path == "/v1/organization":
            said = {"creditBalance": self.credits, "tier": {"models": {}}, "usage": {"models": {}}}
            return Trouble(body=json.dumps(said).encode())
        if method == "POST" and path in {"/v1/text_to_video", "/v1/image_to_video"}:
            return self.wrong(path, sent) or self.create(sent)
        task = path.removeprefix("/v1/tasks/")
        if task not in self.tasks:
            return error(404, "Task not found")
        if method == "DELETE":
            self.states.append(state("CANCELLED", id=task))
            return Trouble(204, body=b"")
        return Trouble(body=json.dumps({"id": task, **self.next_state()}).encode())

    def create(self, sent: dict[str, Any]) -> Trouble:
        task = str(uuid.uuid4())
        self.tasks[task] = sent["model"]
        cost = sent["duration"] * (CREDITS[sent["model"]] + 20 * ("outputFormat" in sent))
        return Trouble(body=json.dumps({"id": task, "estimatedCost": {"credits": cost}}).encode())

    def next_state(self) -> dict[str, Any]:
        if self.states:
            return self.states.popleft()
        self._addresses += 1
        return state("SUCCEEDED", output=[f"{self.url}/files/{self._addresses}.mp4"])

    @staticmethod
    def wrong(path: str, sent: dict[str, Any]) -> Trouble | None:
        """What the API would say of a body that it does not take."""
        model, picture = sent.get("model", ""), path == "/v1/image_to_video"
        if model not in CREDITS or (model == "gen4_turbo" and not picture):
            return error(400, "Invalid model")
        ratios = VEO_RATIOS if model.startswith("veo") else RATIOS if picture else WORDS_RATIOS
        lengths = {4, 6, 8} if model.startswith("veo") else set(range(2, 11))
        fine = sent.get("ratio") in ratios and sent.get("duration") in lengths
        fine = fine and 0 < len(str(sent.get("promptText", "")).encode("utf-16-le")) <= 2000
        fine = fine and picture == str(sent.get("promptImage", "")).startswith("data:image/")
        known = {"model", "ratio", "duration", "promptText", "promptImage", "seed"}
        known |= {"audio", "negativePrompt"} if model.startswith("veo") else set()
        known |= {"outputFormat"} if model == "gen4.5" else set()
        return None if fine and set(sent) <= known else error(400, f"Invalid body: {sent}")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        runway = self

        class Handler(BaseHTTPRequestHandler):
            def do_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                sent = json.loads(body) if body else {}
                headers = {name.lower(): value for name, value in self.headers.items()}
                runway.asked.append((self.command, self.path, sent))
                runway.headers.append(headers)
                waiting = next((t for path, t in runway.troubles.items() if self.path.startswith(path) and t), None)
                give(self, waiting.popleft() if waiting else runway.answer(self.command, self.path, sent, headers))

            do_GET = do_POST = do_DELETE = do_any  # noqa: N815 - http.server's names

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
            if value:
                to.send_header(name, value)
        if "Content-Length" not in answer.headers:
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
