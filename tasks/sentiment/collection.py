"""The posts of a run: read from all sources side by side, and kept, so that a run which is repeated sees the same."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Final

from prefect.futures import wait
from pydantic import BaseModel, ConfigDict

from blocks.asset_store import Asset, AssetStore
from blocks.block_error import BlockError
from blocks.social import NewsFeeds, Post
from models.sentiment.coins import Coin
from tasks.run import asset_path
from tasks.sentiment.source import SourceName, SourceOutcome, Window, read_source

POSTS: Final = "posts.json"


class Collection(BaseModel):
    """What all sources gave, and when."""

    model_config = ConfigDict(frozen=True)

    start: datetime
    end: datetime
    outcomes: list[SourceOutcome]
    posts: list[Post]

    @property
    def window(self) -> str:
        """ISO 8601 interval."""
        return f"{self.start:%Y-%m-%dT%H:%M:%SZ}/{self.end:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def digest(self) -> str:
        """SHA-256 of the posts."""
        return hashlib.sha256(json.dumps([post.model_dump(mode="json") for post in self.posts]).encode()).hexdigest()


def collect_posts(
    coin: Coin, *, hours: int, sources: tuple[SourceName, ...], languages: tuple[str, ...], limit: int, now: datetime
) -> Collection:
    """Posts of the last `hours` hours before `now` from each source, oldest first. Raises `AssetStoreError`.

    Sources that fail or are skipped are among the outcomes. A run that is repeated reads what its first attempt kept.
    """
    store, path = AssetStore.default(), asset_path(POSTS)
    if store.exists(path):
        with store.open(path) as stream:
            return Collection.model_validate_json(stream.read())
    window = Window(now - timedelta(hours=hours), now)
    errands, outcomes = _errands(sources)
    futures = [read_source.submit(source, coin, window, languages, limit, address) for source, address in errands]
    wait(futures)
    harvests = [future.result() for future in futures]
    collection = Collection(
        start=window.start,
        end=window.end,
        outcomes=[*(harvest.outcome for harvest in harvests), *outcomes],
        posts=sorted(
            (post for harvest in harvests for post in harvest.posts),
            key=lambda post: (post.created_at, post.source, post.id),
        ),
    )
    store.put(path, collection.model_dump_json().encode(), "application/json")
    return collection


def kept_posts() -> Asset:
    """The file that `collect_posts` keeps. Raises `AssetStoreError`."""
    stored = AssetStore.default().stat(asset_path(POSTS))
    return Asset(**stored.model_dump(include=set(Asset.model_fields)))


def _errands(sources: tuple[SourceName, ...]) -> tuple[list[tuple[SourceName, str | None]], list[SourceOutcome]]:
    """What to read: every feed of news is one errand. A block that can't be had is an outcome already."""
    errands: list[tuple[SourceName, str | None]] = [(source, None) for source in sources if source != "news"]
    if "news" not in sources:
        return errands, []
    try:
        return [*errands, *(("news", address) for address in NewsFeeds.default().addresses)], []
    except BlockError as error:
        return errands, [SourceOutcome(source="news", status="failed", reason=str(error)[:500])]
