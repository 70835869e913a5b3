"""What has to be so before a stack can start."""

import socket

from deployments.stack.errors import StackError
from deployments.stack.layout import Layout


def refuse_taken_ports(layout: Layout) -> None:
    """Raise when a port of the stack is in use, naming the variable that picks another.

    Raises:
        StackError: a port is taken.
    """
    settings = layout.settings
    wanted = {
        "GATEWAY_PORT": (settings.gateway_host, settings.gateway_port),
        "PREFECT_SERVER_API_PORT": ("127.0.0.1", settings.prefect_server_api_port),
    }
    for variable, (host, port) in wanted.items():
        if port_is_taken(host, port):
            raise StackError(
                f"Port {port} is taken by another program. Stop it, or choose another: {variable}={port + 1} make up "
                "(two stacks side by side also need a DATA_DIR each)."
            )


def port_is_taken(host: str, port: int) -> bool:
    """Whether something listens on the port already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
