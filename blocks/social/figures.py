"""Figures and moments as feeds write them; what is no figure is none, never an error."""

from datetime import UTC, datetime
from math import isfinite
from typing import Any

MOST = 10**12


def count_of(value: Any) -> int:
    """A count, 0 where there is none: feeds send null, text, negative votes and worse."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        return 0
    return max(0, min(MOST, int(value)))


def moment_of(value: Any) -> datetime | None:
    """A moment, from seconds since 1970 or ISO 8601; None where it is neither."""
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
