"""Taking a stack down: workers drain, the server stops, the database closes last."""

from deployments.stack.layout import Layout
from deployments.stack.postgres import EmbeddedPostgres
from deployments.stack.supervisor import Supervisor


def stop(layout: Layout) -> bool:
    """Stop every program of the stack; False when it was not up. What was stored stays in the data folder."""
    supervisor = Supervisor(layout)
    was_up = supervisor.is_running
    if was_up:
        supervisor.shutdown()
    EmbeddedPostgres.stop_leftover(layout.postgres)
    layout.description.unlink(missing_ok=True)
    return was_up
