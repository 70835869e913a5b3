"""One source of posts, and how reading it went."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger
from pydantic import BaseModel, ConfigDict, Field

from blocks.block_error import BlockError
from blocks.social import NewsFeeds, Post, RedditFeed, XFeed, paper
from models.sentiment.coins import Coin

SourceName = Literal["reddit", "x", "news"]
NO_TOKEN = "no token: set X_BEARER_TOKEN, or save an X feed block as `default`"  # noqa: S105 - what to do, no token


class SourceOutcome(BaseModel):
    """How reading one source went."""

    model_config = ConfigDict(frozen=True)

    source: str = Field(description="Its name.", examples=["reddit", "x", "news:decrypt.co"])
    status: Literal["ok", "skipped", "failed"] = Field(description="Whether it was read.")
    posts: int = Field(0, description="Posts of the window that it gave, before any were left out.")
    reason: str | None = Field(None, description="Why it was skipped or failed.")


@dataclass(frozen=True)
class Window:
    """The time that posts are read for: from `start` (inclusive) to `end` (exclusive), UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Harvest:
    """What one source gave."""

    outcome: SourceOutcome
    posts: list[Post]


@task(
    name="read-source",
    task_run_name="read {source}",
    description="Posts of one source; a source that fails is told and hides no other.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def read_source(
    source: SourceName, coin: Coin, window: Window, languages: tuple[str, ...], limit: int, address: str | None = None
) -> Harvest:
    """The newest posts of `source`, at most `limit`; for news `address` is the feed. Raises nothing of the source's."""
    name = paper(address) if address else source
    try:
        posts = _posts(source, coin, window, languages, limit, address)
    except BlockError as error:
        get_run_logger().warning("%s failed: %s", name, error)
        return Harvest(SourceOutcome(source=name, status="failed", reason=str(error)[:500]), [])
    if posts is None:
        return Harvest(SourceOutcome(source=name, status="skipped", reason=NO_TOKEN), [])
    return Harvest(SourceOutcome(source=name, status="ok", posts=len(posts)), posts)


def _posts(
    source: SourceName, coin: Coin, window: Window, languages: tuple[str, ...], limit: int, address: str | None
) -> list[Post] | None:
    """The posts; None where the source needs a token that nobody gave."""
    if source == "reddit":
        return RedditFeed.default().search(coin.terms, window.start, window.end, limit)
    if source == "news" and address:
        return NewsFeeds.default().read(address, window.start, window.end, limit)
    feed = XFeed.default()
    if feed.bearer_token is None or not feed.bearer_token.get_secret_value():
        return None
    return feed.search(coin.terms, window.start, window.end, limit, languages)
