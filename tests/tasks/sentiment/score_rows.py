"""Rows of sentiment_scores as runs publish them."""

from datetime import datetime, timedelta
from typing import Any


def score_row(run_id: str, computed_at: datetime, **changes: Any) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "symbol": "BTC",
        "computed_at": computed_at,
        "window_start": computed_at - timedelta(hours=24),
        "window_end": computed_at,
        "score": 0.25,
        "lower": 0.0,
        "upper": 0.5,
        "posts": 10,
        "effective_posts": 8.5,
        "volume": {"reddit": 7, "news:decrypt.co": 3},
        "model": "tfidf-linear",
        "model_version": "1",
        "sources": [
            {
                "source": "reddit",
                "status": "ok",
                "posts": 40,
                "reason": None,
                "counted": 7,
                "weight": 0.6,
                "score": 0.3,
                "links": ["https://www.reddit.com/r/CryptoCurrency/comments/1/"],
            }
        ],
    } | changes
