"""What people said about a coin lately, as the newest stored score tells; a prediction goes on without."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from blocks.warehouse import Warehouse, WarehouseError
from tasks.crypto.market import Market

MAX_AGE: Final = timedelta(days=2)


class StoredSentiment(BaseModel):
    """The newest sentiment score of the coin, for the reader; whether the model looks at scores, its `facts` say."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    score: float = Field(description="-1 (bearish) to 1 (bullish).")
    lower: float = Field(description="Lower end of its 95 % confidence interval.")
    upper: float = Field(description="Upper end of its 95 % confidence interval.")
    posts: int = Field(description="Posts that count.")
    computed_at: datetime = Field(description="When it was computed, UTC.")
    age_seconds: int = Field(description="How old it was when the prediction was made.")
    model: str = Field(description="The classifier.")
    model_version: str = Field(description="Its version.")
    run_id: str = Field(description="The run that made it, with its sources.")


@dataclass(frozen=True)
class SentimentFinding:
    """The score, or why there is none."""

    score: StoredSentiment | None
    missing: str | None


def latest_sentiment(market: Market, now: datetime | None = None) -> SentimentFinding:
    """The newest score of the market's coin that is at most two days old. Raises nothing: the reason is told."""
    if market.historical:
        return SentimentFinding(None, "recorded candles: no score is of their time")
    symbol, moment = market.candles.symbol, now or datetime.now(UTC)
    try:
        rows = _newest(symbol, moment)
    except WarehouseError as error:
        return SentimentFinding(None, f"the warehouse did not answer: {error}")
    if not rows:
        return SentimentFinding(None, f"no score of {symbol} is stored: run analyse-sentiment")
    row = rows[0]
    age = moment - row["computed_at"]
    if age > MAX_AGE:
        return SentimentFinding(None, f"the newest score of {symbol} is of {row['computed_at']:%Y-%m-%d %H:%M} UTC")
    known = {name: row[name] for name in StoredSentiment.model_fields if name in row}
    return SentimentFinding(StoredSentiment(**known, age_seconds=int(age.total_seconds())), None)


def _newest(symbol: str, until: datetime) -> list[dict[str, Any]]:
    from sqlalchemy import select  # noqa: PLC0415 - SQLAlchemy where it is used

    from blocks.warehouse.tables import sentiment_scores  # noqa: PLC0415

    table = sentiment_scores.c
    return Warehouse.default().read(
        select(sentiment_scores)
        .where(table.symbol == symbol, table.computed_at <= until)
        .order_by(table.computed_at.desc())
        .limit(1)
    )
