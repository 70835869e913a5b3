"""The `Prefer` header (RFC 7240), of which the gateway honours `wait`."""

import re

LONGEST_WAIT = 60

_WAIT = re.compile(r'^wait\s*=\s*"?(?P<seconds>[0-9]{1,9})"?$', re.IGNORECASE)


def wait_of(prefer: str | None) -> int | None:
    """Seconds to wait, at most 60; None when the header names no wait. Other preferences are ignored (RFC 7240)."""
    for preference in re.split(r"[,;]", prefer or ""):
        if named := _WAIT.match(preference.strip()):
            return min(int(named["seconds"]), LONGEST_WAIT)
    return None
