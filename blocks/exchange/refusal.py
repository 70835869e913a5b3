"""What an exchange's refusals mean: whether to ask again, and when."""

import re
import time
from typing import Final

import ccxt

# Asking again would not help, or (418, an address ban) makes it worse.
FINAL_STATUS: Final = {
    401: "it does not accept the API key",
    403: "it refuses this address (a firewall or a limit broken before)",
    407: "the proxy wants credentials",
    418: "it has banned this address for a while after too many requests",
    451: "it does not serve this country",
}
LIMITED_STATUS: Final = {418, 429}
SERVER_ERROR: Final = 500
# Binance: "Way too much request weight used; IP banned until 1573198744783. Please use the websocket …"
_UNTIL: Final = re.compile(r"banned until (\d{13})")


def is_passing(error: ccxt.BaseError, status: int | None) -> bool:
    """Whether another attempt may fare better: the line, the server or a limit failed, not the request."""
    if isinstance(error, ccxt.OnMaintenance):
        return False
    return isinstance(error, ccxt.OperationFailed | ccxt.AuthenticationError) or (status or 0) >= SERVER_ERROR


def seconds_banned(error: Exception) -> float | None:
    """Seconds that are left of a ban whose end stands in the message, by this machine's clock."""
    found = _UNTIL.search(str(error))
    return max(1.0, int(found[1]) / 1000 - time.time()) if found else None


class Ban:
    """An order to stay away for a while, kept to by every later call of this process."""

    def __init__(self) -> None:
        self._until = 0.0
        self._reason = ""

    def begin(self, seconds: float, reason: str) -> None:
        """Stay away from now on."""
        self._until = time.monotonic() + seconds
        self._reason = reason

    @property
    def reason(self) -> str | None:
        """Why not to ask now, with the seconds that are left; None when asking is allowed."""
        left = self._until - time.monotonic()
        return f"{self._reason}; {left:.0f} s of that are left" if left > 0 else None
