"""`python -m deployments.scorer`: the real-time scorer on its unix socket, or on the port of `SCORER_URL`."""

import logging
import os
import socket
import sys
from pathlib import Path

import uvicorn

from blocks.block_error import BlockError
from blocks.payment_store import PaymentStore
from blocks.settings import get_settings
from deployments.scorer.address import port_of, socket_path
from deployments.scorer.app import create_app
from tasks.fraud.rule_book import RuleBookError, rules_in_force

DRAIN_SECONDS = 10


def main() -> int:
    """Serve until SIGTERM or SIGINT; what was taken is judged and answered first."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for chatty in ("httpx", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    settings, store = get_settings(), PaymentStore.default()
    try:
        store.migrate()
        rules_in_force()
    except (BlockError, RuleBookError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command says why it does not start
        return 2
    sys.setswitchinterval(0.0005)  # the thread that answers need not wait 5 ms for the one that judges
    config = uvicorn.Config(
        create_app(settings, store),
        host="0.0.0.0",  # noqa: S104 - `SCORER_URL` alone opens a port, and means a network of its own
        port=port_of(settings) or 0,
        access_log=False,
        log_config=None,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        server_header=False,
        date_header=False,
    )
    listening = [] if port_of(settings) else [private_socket(socket_path(settings))]
    uvicorn.Server(config).run(sockets=listening or None)
    return 0


def private_socket(path: Path) -> socket.socket:
    """A unix socket that this user alone can enter; one that a killed scorer left behind is replaced."""
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
    finally:
        os.umask(before)
    return listening


if __name__ == "__main__":
    sys.exit(main())
