"""The posts of a run: kept, so that a run which is repeated sees the same."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from prefect import flow

from blocks.saved_block import forget_remembered_blocks
from blocks.social import NewsFeeds, RedditFeed
from models.sentiment.coins import coin
from tasks.sentiment.collection import Collection, collect_posts
from tests.blocks.social.servers import Server, paper, reddit, reddit_post, rss

pytestmark = pytest.mark.crypto
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def servers(prefect_api: str) -> Iterator[tuple[Server, Server]]:
    listing = [reddit_post(1, "Bitcoin rises", NOW - timedelta(hours=2))]
    with reddit(listing) as forum, paper(rss([("Bitcoin falls", "", NOW - timedelta(hours=3))])) as daily:
        RedditFeed(base_url=forum.url).save("default", overwrite=True)
        NewsFeeds(addresses=(f"{daily.url}/rss",)).save("default", overwrite=True)
        forget_remembered_blocks()
        yield forum, daily
    RedditFeed.delete("default")
    NewsFeeds.delete("default")
    forget_remembered_blocks()


def test_a_run_that_is_repeated_sees_the_same_posts(servers: tuple[Server, Server]) -> None:
    @flow
    def twice() -> tuple[Collection, Collection]:
        def collect(now: datetime) -> Collection:
            return collect_posts(
                coin("BTC"), hours=24, sources=("reddit", "news"), languages=("en",), limit=50, now=now
            )

        return collect(NOW), collect(NOW + timedelta(hours=1))

    first, second = twice()

    assert first == second
    assert first.digest == second.digest
    assert [post.text for post in first.posts] == ["Bitcoin falls", "Bitcoin rises"]
    assert first.window == "2026-03-01T12:00:00Z/2026-03-02T12:00:00Z"
    assert [len(server.asked) for server in servers] == [1, 1]
