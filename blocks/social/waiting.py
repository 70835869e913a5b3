"""What an answer says about when to ask again."""

import time
from collections.abc import Mapping
from typing import Final

_A_YEAR: Final = 366 * 86_400  # seconds; a larger number is a moment, not a span


def seconds_asked(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, by `Retry-After` or by a used-up rate limit; None where nothing is asked.

    `headers` in lower case. Reddit's `x-ratelimit-reset` is in seconds from now, X's `x-rate-limit-reset` is a moment
    in Unix time; either counts only where nothing remains.
    """
    from blocks.exchange.transport import seconds_to_wait  # noqa: PLC0415 - loads requests

    if (asked := seconds_to_wait(headers.get("retry-after"))) is not None:
        return asked
    for remaining, reset in (
        ("x-ratelimit-remaining", "x-ratelimit-reset"),
        ("x-rate-limit-remaining", "x-rate-limit-reset"),
    ):
        left, until = _number(headers.get(remaining)), _number(headers.get(reset))
        if left is not None and left < 1 and until is not None:
            return max(0.0, until - time.time() if until > _A_YEAR else until)
    return None


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and 0 <= value < 1e12 else None
