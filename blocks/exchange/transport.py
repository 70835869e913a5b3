"""The HTTP side of a connection: short connects, and the status and Retry-After of the last answer."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter


class Transport(HTTPAdapter):
    """What ccxt's session sends through: ccxt knows one timeout for all and keeps no status of an answer it refuses."""

    def __init__(self, connect_seconds: float) -> None:
        super().__init__()
        self.connect_seconds = connect_seconds
        self.status: int | None = None
        self.retry_after: float | None = None

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        """Send with a connect timeout of its own; remembers what the answer said of trying again."""
        self.status = self.retry_after = None
        reading = options.get("timeout")
        if isinstance(reading, (int, float)):
            options["timeout"] = (min(self.connect_seconds, reading), reading)
        response = super().send(request, *args, **options)
        self.status = response.status_code
        self.retry_after = seconds_to_wait(response.headers.get("Retry-After"))
        return response


def seconds_to_wait(header: str | None) -> float | None:
    """Seconds that a Retry-After header (a number or a date, RFC 9110) asks for; None when it asks for nothing."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
