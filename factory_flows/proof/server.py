"""A generated application that runs on loopback while it is looked at."""

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO

import httpx

from factory_flows.proof.command import Workshop, last_of, stop


class NotStarted(RuntimeError):
    """The application did not answer in time; the message has what it printed."""


@dataclass(frozen=True)
class Running:
    """An application that answers."""

    url: str
    seconds: float  # until it answered
    _output: IO[bytes]

    def printed(self) -> str:
        """The last that it printed."""
        return last_of(self._output)


@contextmanager
def running(
    workshop: Workshop, words: Sequence[str], *, health: str = "/health", timeout: float = 20, **environment: str
) -> Iterator[Running]:
    """Start an application, wait until it is healthy, and end it afterwards. `{port}` in its words is its port.

    Raises:
        NotStarted: It ended, or did not answer within `timeout` seconds.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with TemporaryFile() as output:
        began = time.monotonic()
        filled = [word.replace("{port}", str(port)) for word in words]
        process = workshop.start(*filled, output=output, PORT=str(port), **environment)
        try:
            _await(url + health, process, output, began + timeout)
            yield Running(url, time.monotonic() - began, output)
        finally:
            stop(process)


def _await(url: str, process: "subprocess.Popen[bytes]", output: IO[bytes], deadline: float) -> None:
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NotStarted(f"it ended with code {process.returncode} before it answered:\n{last_of(output)}")
        try:
            if httpx.get(url, timeout=2, trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise NotStarted(f"no answer from {url} in time:\n{last_of(output)}")


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
