"""Following a run and its children on a terminal, or line by line in a pipe."""

import queue
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from uuid import UUID

from deployments.cli.live_view import LineView, LiveView, View
from deployments.client import Client, ClientError, Run, RunEvent

TICK = 0.25
CHILDREN_SECONDS = 1.0


def follow(client: Client, run_id: UUID, *, logs: bool = False, to_stderr: bool = False) -> Run:
    """Show a run until it has ended, and give it as it ended."""
    stream = sys.stderr if to_stderr else sys.stdout
    first = client.run(run_id)
    with Children(client, run_id) as children, (LiveView if stream.isatty() else LineView)(stream, first) as view:
        for event in _ticking(client.watch(run_id, logs=logs)):
            _show(view, event)
            view.show_children(children.runs)
        ended = client.run(run_id)
        children.look()
        view.show_children(children.runs)
        view.show_end(ended)
    return ended


def _show(view: View, event: RunEvent | None) -> None:
    if event is None:
        view.tick()
    elif event.kind == "state":
        view.show_state(event.data)
    elif event.kind == "progress":
        view.show_progress(event.data["progress"])
    elif event.kind == "log":
        view.show_log(event.data)


class Children:
    """The runs that a run started, looked up again and again beside what else goes on."""

    def __init__(self, client: Client, parent: UUID) -> None:
        self._client = client
        self._parent = parent
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._keep_looking, daemon=True)
        self.runs: list[Run] = []

    def look(self) -> None:
        """Look now; a gateway that is away leaves what was seen before."""
        with suppress(ClientError):
            found = self._client.runs(parent=self._parent, limit=100)
            running = [self._client.run(run.run_id) if run.state == "Running" else run for run in found]
            self.runs = sorted(running, key=lambda run: str(run.created))

    def __enter__(self) -> "Children":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()

    def _keep_looking(self) -> None:
        while not self._closed.is_set():
            with suppress(RuntimeError):  # the client was closed meanwhile
                self.look()
            self._closed.wait(CHILDREN_SECONDS)


def _ticking(events: Iterator[RunEvent]) -> Iterator[RunEvent | None]:
    """The events as they come, and None in between, so that a clock can go on and Ctrl-C is heard."""
    arrived: queue.SimpleQueue[RunEvent | Exception | None] = queue.SimpleQueue()

    def read() -> None:
        try:
            for event in events:
                arrived.put(event)
            arrived.put(None)
        except Exception as error:  # noqa: BLE001 - raised again where the events are read
            arrived.put(error)

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            found = arrived.get(timeout=TICK)
        except queue.Empty:
            yield None
            continue
        if found is None:
            return
        if isinstance(found, Exception):
            raise found
        yield found
