"""`python -m deployments.gateway`: the gateway on the settings' host and port."""

import sys

import uvicorn
from pydantic import ValidationError

from deployments.gateway.app import GatewayOpenError, create_app
from deployments.gateway.settings import GatewaySettings


def main() -> int:
    """Serve until SIGTERM or SIGINT; open requests are finished first."""
    try:
        settings = GatewaySettings()
        app = create_app(settings)
    except (GatewayOpenError, ValidationError, ValueError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command says why it does not start
        return 2
    uvicorn.run(
        app,
        host=settings.gateway_host,
        port=settings.gateway_port,
        access_log=False,
        timeout_graceful_shutdown=settings.gateway_drain_seconds,
        server_header=False,
        date_header=True,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
