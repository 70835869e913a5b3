"""A command that proves something: bounded in time and output, with an environment that holds no secrets."""

import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from tempfile import TemporaryFile
from typing import IO, Final

from factory_flows.proof.report import Check

_LAST: Final = 4_000  # characters of output that are kept
_SECRET: Final = re.compile("KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL|DATABASE_URL|PREFECT_", re.IGNORECASE)
_COLOURS: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Outcome:
    """How a command ended: exit code (None: it took too long and was killed) and the last of what it printed."""

    words: tuple[str, ...]
    code: int | None
    seconds: float
    output: str

    def check(self, name: str, told: str = "") -> Check:
        """As a check that passes with exit code 0; `told` is kept where it passes."""
        passed = self.code == 0
        ending = "" if self.code is not None else f"\nstopped after {self.seconds:.0f} s"
        return Check(
            name=name,
            command=shlex.join(_short(word) for word in self.words),
            passed=passed,
            seconds=round(self.seconds, 2),
            told=told if passed else (self.output + ending).strip(),
        )


@dataclass(frozen=True)
class Workshop:
    """Where commands run: a folder, and what they find in their environment besides this process's harmless part."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, *words: str, timeout: float, **environment: str) -> Outcome:
        """Run a command without a shell and wait for it; its whole process group ends with it.

        Args:
            timeout: Seconds.
            environment: Further variables.
        """
        began = time.monotonic()
        with TemporaryFile() as output:
            process = self.start(*words, output=output, **environment)
            try:
                code: int | None = process.wait(timeout)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                stop(process)
            return Outcome(words, code, time.monotonic() - began, last_of(output))

    def start(self, *words: str, output: IO[bytes], **environment: str) -> "subprocess.Popen[bytes]":
        """Start a command in a process group of its own; what it prints goes to `output`.

        On Linux it ends with this process, however that ends: a killed worker leaves no server behind.
        """
        mortal = ("setpriv", "--pdeathsig", "KILL") if which("setpriv") else ()
        return subprocess.Popen(
            (*mortal, *words),
            cwd=self.folder,
            env=harmless(os.environ) | dict(self.environment) | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def harmless(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without what may be secret or lead to our own database, and without our own Python's paths."""
    ours = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    return {name: value for name, value in environment.items() if not _SECRET.search(name) and name not in ours}


def stop(process: "subprocess.Popen[bytes]", patience: float = 5) -> None:
    """End a process and all that it started: asked first, killed after `patience` seconds."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def last_of(output: IO[bytes]) -> str:
    """The last that was printed, without colours."""
    output.seek(0, os.SEEK_END)
    output.seek(max(output.tell() - 2 * _LAST, 0))
    return _COLOURS.sub("", output.read().decode(errors="replace"))[-_LAST:].strip()


def _short(word: str) -> str:
    """A word of a command as people would write it: the program's name without the way to it."""
    return Path(word).name if word.startswith("/") else word
