"""The supervisor that keeps a stack's programs running, spoken to over its unix socket."""

import http.client
import subprocess
import sys
import time
import xmlrpc.client
from dataclasses import dataclass
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from deployments.stack.errors import StackError
from deployments.stack.layout import PROJECT, Layout


@dataclass(frozen=True)
class ProgramStatus:
    """What the supervisor says of one program."""

    name: str
    state: str
    pid: int
    uptime_seconds: int
    description: str


class Supervisor:
    """A client of supervisord; `start` launches the daemon itself."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def _call(self, method: str, *arguments: Any) -> Any:
        # A fresh connection each time: the transport does not recover from one that was refused.
        transport = SupervisorTransport(None, None, serverurl=f"unix://{self._layout.supervisor_socket}")
        with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as server:
            return getattr(server.supervisor, method)(*arguments)

    @property
    def is_running(self) -> bool:
        """Whether a supervisor answers on this data folder."""
        try:
            self._call("getState")
        except xmlrpc.client.Fault:  # it answers, if only that it is shutting down
            return True
        except (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError):
            return False
        return True

    def launch(self, environment: dict[str, str]) -> None:
        """Start supervisord in the background; it outlives this process.

        Raises:
            StackError: it did not start; the message carries what it printed.
        """
        started = subprocess.run(
            [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._layout.supervisor_configuration)],
            env=environment,
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        if started.returncode != 0:
            raise StackError(f"The supervisor did not start: {(started.stderr or started.stdout).strip()}")
        deadline = time.monotonic() + 10
        while not self.is_running:
            if time.monotonic() > deadline:
                raise StackError(f"The supervisor does not answer; see {self._layout.logs / 'supervisor.log'}.")
            time.sleep(0.05)

    def start(self, name: str) -> None:
        """Start one program without waiting for it to be up; one that runs already is left alone."""
        try:
            self._call("startProcess", name, False)
        except xmlrpc.client.Fault as fault:
            if "ALREADY_STARTED" not in fault.faultString:
                raise StackError(f"{name} did not start ({fault.faultString}); see {self.log(name)}.") from fault

    def status(self) -> list[ProgramStatus]:
        """All programs, in the order of the configuration."""
        return [
            ProgramStatus(
                name=found["name"],
                state=found["statename"],
                pid=found["pid"],
                uptime_seconds=max(found["now"] - found["start"], 0) if found["pid"] else 0,
                description=found["spawnerr"] or found["description"],
            )
            for found in self._call("getAllProcessInfo")
        ]

    def failure(self, name: str) -> str | None:
        """Why a program is down for good, with the end of its log; None while it runs or is being started."""
        state = self._call("getProcessInfo", name)["statename"]
        if state not in {"FATAL", "EXITED", "STOPPED"}:
            return None
        said = self._call("tailProcessStdoutLog", name, 0, 2000)[0].strip()
        return f"{name} is {state.lower()}:\n{said}"

    def log(self, name: str) -> str:
        """Path of a program's log."""
        return str(self._layout.logs / f"{name}.log")

    def shutdown(self, seconds: float = 90) -> None:
        """Stop every program, each within its own time, then the supervisor itself."""
        self._call("shutdown")
        deadline = time.monotonic() + seconds
        while self.is_running:
            if time.monotonic() > deadline:
                raise StackError("The stack did not stop in time; `make status` shows what is left.")
            time.sleep(0.1)
