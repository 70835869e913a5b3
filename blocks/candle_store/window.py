"""Which stretch of a series of candles is asked for."""

from datetime import datetime
from typing import TypedDict


class Window(TypedDict, total=False):
    """The newest `count`, or from `since` to `until` (now); `as_of` is the source's time where that is known."""

    count: int | None
    since: datetime | None
    until: datetime | None
    as_of: datetime | None
