"""A TCP connection that breaks when a test says so, between a client and a server that are both real."""

import contextlib
import socket
import threading
from typing import Self


class Wire:
    """Passes bytes between whoever connects to `url` and the server on `port`, until it is told to break."""

    def __init__(self, port: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port = port
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.connections = 0
        self.lost_answers = 0
        """How many answers get lost from now on, once the server has sent them."""
        self.answers_before_loss = 0
        """How many arrive before those."""
        self.answer_bytes: int | None = None
        """Bytes of answers after which the connection breaks, once."""
        self.request_bytes: int | None = None
        """Bytes of requests after which the connection breaks, once."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Break what is connected now."""
        with self._lock:
            ends, self._open = self._open, set()
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._port))
            self.connections += 1
            with self._lock:
                self._open |= {client, server}
            for source, target, pump in ((client, server, self._request), (server, client, self._answer)):
                threading.Thread(target=self._pump, args=(source, target, pump), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, passes) -> None:
        with contextlib.suppress(OSError):
            while (data := source.recv(1 << 16)) and (kept := passes(data)):
                target.sendall(kept)
                if len(kept) < len(data):
                    break
        for end in (source, target):
            with self._lock:
                self._open.discard(end)
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _answer(self, data: bytes) -> bytes:
        if self.lost_answers and self.answers_before_loss:
            self.answers_before_loss -= 1
        elif self.lost_answers:
            self.lost_answers -= 1
            return b""
        if self.answer_bytes is not None:
            kept = data[: self.answer_bytes]
            self.answer_bytes = None if len(kept) < len(data) else self.answer_bytes - len(data)
            return kept
        return data

    def _request(self, data: bytes) -> bytes:
        if self.request_bytes is not None:
            kept = data[: self.request_bytes]
            self.request_bytes = None if len(kept) < len(data) else self.request_bytes - len(data)
            return kept
        return data
