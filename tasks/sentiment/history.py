"""Stored scores: the latest one, a coin's history, and the series that a forecaster may use."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from blocks.warehouse import Warehouse
from tasks.sentiment.finding import SourceReport

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_ROWS: Final = 20_000
FRESH: Final = timedelta(hours=24)


class SentimentScore(BaseModel):
    """A stored score and where it is from."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    run_id: str = Field(description="The run that made it.")
    symbol: str = Field(description="The coin.")
    computed_at: datetime = Field(description="When, UTC.")
    age_seconds: int = Field(ge=0, description="How long ago that is.")
    window_start: datetime = Field(description="Posts from here on, UTC …")
    window_end: datetime = Field(description="… to here.")
    score: float = Field(description="-1 (bearish) to 1 (bullish).")
    lower: float = Field(description="Lower end of its 95 % confidence interval.")
    upper: float = Field(description="Upper end.")
    posts: int = Field(description="Posts that count.")
    effective_posts: float = Field(description="Posts of equal weight that would say as much.")
    volume: dict[str, int] = Field(description="Posts that count, by source.")
    model: str = Field(description="The classifier.")
    model_version: str = Field(description="Its version.")
    sources: list[SourceReport] = Field(description="Every source: how reading it went, and links to its posts.")


def latest_score(symbol: str, now: datetime | None = None) -> SentimentScore | None:
    """The newest stored score of a coin, None where there is none. Raises `WarehouseError`."""
    moment = now or datetime.now(UTC)
    rows = _rows(symbol, until=moment, most=1)
    if not rows:
        return None
    age = max(0, int((moment - rows[0]["computed_at"]).total_seconds()))
    return SentimentScore.model_validate(rows[0] | {"age_seconds": age})


def score_history(symbol: str, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Rows of a coin's scores computed in a window, oldest first, 20,000 at most. Raises `WarehouseError`."""
    return _rows(symbol, since=since, until=until, most=MOST_ROWS)[::-1]


def sentiment_series(
    symbol: str, times: "Sequence[datetime] | NDArray[np.datetime64]", *, max_age: timedelta = FRESH
) -> "NDArray[np.float64]":
    """For each of `times` (UTC) the newest score computed strictly before it, NaN where that is older than `max_age`.

    Point in time: a score counts from the moment it was computed, not from the posts' own times, so that a backtest
    sees what a forecast made then would have seen. `times` in any order, aware datetimes or datetime64. One query.
    Raises ValueError for times without a zone, `WarehouseError`.
    """
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    moments = _moments(times)
    series = np.full(len(moments), np.nan)
    if not len(moments):
        return series
    first, last = (moment.astype("datetime64[us]").astype(datetime).replace(tzinfo=UTC) for moment in _ends(moments))
    rows = score_history(symbol, first - max_age, last)
    if not rows:
        return series
    computed = np.array([row["computed_at"].replace(tzinfo=None) for row in rows], dtype="datetime64[us]")
    scores = np.array([row["score"] for row in rows], dtype=np.float64)
    place = np.searchsorted(computed, moments, side="left") - 1
    known = place >= 0
    fresh = known & (moments - computed[place] <= np.timedelta64(max_age))
    series[fresh] = scores[place[fresh]]
    return series


def _moments(times: "Sequence[datetime] | NDArray[np.datetime64]") -> "NDArray[np.datetime64]":
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    if isinstance(times, np.ndarray) and np.issubdtype(times.dtype, np.datetime64):
        return times.astype("datetime64[us]")
    naive = []
    for moment in times:
        if not isinstance(moment, datetime) or moment.tzinfo is None:
            raise ValueError(f"{moment!r} has no time zone; give aware datetimes or datetime64 in UTC")
        naive.append(moment.astimezone(UTC).replace(tzinfo=None))
    return np.array(naive, dtype="datetime64[us]")


def _ends(moments: "NDArray[np.datetime64]") -> "tuple[np.datetime64, np.datetime64]":
    return moments.min(), moments.max()


def _rows(symbol: str, *, until: datetime, most: int, since: datetime | None = None) -> list[dict[str, Any]]:
    """Newest first."""
    from sqlalchemy import select  # noqa: PLC0415 - SQLAlchemy where it is used

    from blocks.warehouse.tables import sentiment_scores  # noqa: PLC0415

    table = sentiment_scores.c
    query = select(sentiment_scores).where(table.symbol == symbol.upper(), table.computed_at <= until)
    if since is not None:
        query = query.where(table.computed_at >= since)
    return Warehouse.default().read(query.order_by(table.computed_at.desc(), table.run_id).limit(most))
