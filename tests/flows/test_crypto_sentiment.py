"""analyse_sentiment from end to end: Reddit, X and papers on loopback, a real Prefect, the warehouse, artifacts."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from blocks.asset_store import AssetStore
from blocks.saved_block import forget_remembered_blocks
from blocks.social import NewsFeeds, RedditFeed, XFeed
from blocks.warehouse import Warehouse
from blocks.warehouse.tables import sentiment_scores
from flows.crypto.sentiment import SentimentAnalysis, SentimentRequest, analyse_sentiment
from tasks.sentiment.history import latest_score
from tests.blocks.social.servers import (
    TOKEN,
    Server,
    Trouble,
    paper,
    reddit,
    reddit_answers,
    reddit_post,
    rss,
    x,
    x_page,
)
from tests.flows.test_crypto import artifacts

pytestmark = pytest.mark.crypto
NOW = datetime.now(UTC)

RISING = [
    "Bitcoin surges to a record high on strong inflows",
    "BTC breaks out, upgraded to buy",
    "$BTC rallies after ETF approval, shares of miners jump",
    "Bitcoin gains 8%, beats every stock this quarter",
    "I am very bullish on bitcoin, profits are up",
    "Bitcoin price target raised by analysts",
]
FALLING = ["Bitcoin falls on weak demand", "BTC drops 5%, miners warn of losses"]
NEUTRAL = ["Bitcoin conference is held in Lugano next week"]


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


@dataclass
class World:
    """The servers, and what they say."""

    reddit: Server
    x: Server
    papers: list[Server]


@pytest.fixture
def world(prefect_api: str) -> Iterator[World]:
    listing = [reddit_post(n, title, ago(20 + 9 * n)) for n, title in enumerate([*RISING, *FALLING, *NEUTRAL])]
    listing += [
        reddit_post(50, "Bitcoin giveaway! Send 1 BTC and receive 2, claim now", ago(30)),
        reddit_post(51, RISING[0] + "!!", ago(10)),
        reddit_post(52, "El precio de bitcoin sube mucho hoy, compren ahora mismo amigos", ago(40)),
        reddit_post(53, "Ethereum gas is cheap", ago(40)),
        reddit_post(54, "Daily thread: bitcoin discussion", ago(40), stickied=True),
    ]
    tweets = x_page([("Strong buy: #bitcoin climbs again", ago(15), {}), ("Bitcoin slides, I sold", ago(16), {})])
    news = rss([("Bitcoin jumps as inflows hit record", "Prices <b>rose</b>.", ago(60)), ("Solana up", "", ago(60))])
    with reddit(listing) as forum, x([tweets]) as birds, paper(news) as daily, paper(b"<html>") as broken:
        RedditFeed(base_url=forum.url).save("default", overwrite=True)
        XFeed(base_url=birds.url, bearer_token=SecretStr(TOKEN)).save("default", overwrite=True)
        NewsFeeds(addresses=(f"{daily.url}/rss", f"{broken.url}/rss")).save("default", overwrite=True)
        forget_remembered_blocks()
        yield World(forum, birds, [daily, broken])
    for block in (RedditFeed, XFeed, NewsFeeds):
        block.delete("default")
    forget_remembered_blocks()


def rows() -> list[dict[str, Any]]:
    return Warehouse.default().read(sentiment_scores)


def test_what_people_say_is_put_together(world: World) -> None:
    analysis = analyse_sentiment({"symbol": "btc"})

    assert isinstance(analysis, SentimentAnalysis)
    assert analysis.symbol == "BTC"
    assert analysis.score is not None
    assert analysis.lower is not None
    assert analysis.upper is not None
    assert analysis.lower <= analysis.score <= analysis.upper
    assert analysis.score > 0.1
    assert analysis.posts == 12 == sum(analysis.volume.values()) == sum(analysis.labels.values())
    assert analysis.labels["bullish"] >= 6
    daily, broken = (f"news:{server.url.removeprefix('http://')}" for server in world.papers)
    assert analysis.volume == {"reddit": 9, "x": 2, daily: 1}
    outcomes = {source.source: source for source in analysis.sources}
    assert {name: source.status for name, source in outcomes.items()} == {
        "reddit": "ok", "x": "ok", daily: "ok", broken: "failed",
    }  # fmt: skip
    assert "no RSS or Atom" in (outcomes[broken].reason or "")
    assert any("Not all sources" in warning and broken in warning for warning in analysis.warnings)
    assert outcomes["reddit"].links[0].startswith("https://www.reddit.com/r/CryptoCurrency/comments/")
    assert {drop.reason: drop.posts for drop in analysis.dropped} == {
        "other-subject": 2, "foreign-language": 1, "duplicate": 1, "promotion": 1, "automated": 1,
    }  # fmt: skip
    assert max(post.weight for post in analysis.top_posts) <= 0.1 + 1e-9
    assert (analysis.model, analysis.provenance.model_version) == ("tfidf-linear", analysis.model_version)
    assert SentimentAnalysis.model_validate_json(analysis.model_dump_json()) == analysis


def test_it_is_stored_and_shown(world: World) -> None:
    first, second = analyse_sentiment({"symbol": "BTC"}), analyse_sentiment({"symbol": "BTC"})

    assert [asset.name for asset in first.assets] == ["top-posts.csv", "posts.json"]
    assert [asset.name for asset in second.assets] == ["sentiment-history.png", "top-posts.csv", "posts.json"]
    stored = {row["run_id"]: row for row in rows()}
    assert set(stored) == {first.run_id, second.run_id}
    row = stored[first.run_id]
    assert (row["score"], row["posts"], row["volume"]) == (first.score, first.posts, first.volume)
    assert [source["source"] for source in row["sources"]] == [source.source for source in first.sources]
    latest = latest_score("btc")
    assert latest is not None
    assert (latest.run_id, latest.score) == (second.run_id, second.score)
    found = artifacts(second.run_id)
    assert {"sentiment-posts", "sentiment-summary", "sentiment-history"} <= set(found)
    assert "95 % confidence interval" in str(found["sentiment-summary"])
    with AssetStore.default().open(second.assets[0].uri) as picture:
        assert picture.read(8) == b"\x89PNG\r\n\x1a\n"
    with AssetStore.default().open(second.assets[-1].uri) as kept:
        assert len(json.loads(kept.read())["posts"]) == 18
    assert second.provenance.data_sha256 == first.provenance.data_sha256


def test_hostile_posts_do_nothing_on_the_page(world: World) -> None:
    hostile = (
        "Bitcoin rises <img src=x onerror=alert(1)> [click](javascript:alert(1)) | a | ![](https://spy.example/p.png)"
    )
    world.reddit.answer = reddit_answers(
        [reddit_post(n, f"{hostile} {'number ' * n}word{n} other{n * n} thing{n + 7}", ago(5 + n)) for n in range(9)]
    )

    analysis = analyse_sentiment({"symbol": "BTC", "sources": ["reddit"]})

    found = artifacts(analysis.run_id)
    for page in (str(found["sentiment-summary"].data), str(found["sentiment-posts"].data)):
        assert "<img" not in page
        assert "](javascript" not in page
        assert "![" not in page
        assert "spy\\" in page
        assert "spy.example" not in page


def test_too_few_posts_are_no_number(world: World) -> None:
    analysis = analyse_sentiment({"symbol": "BTC", "sources": ["x", "news"]})

    assert (analysis.score, analysis.lower, analysis.upper, analysis.posts) == (None, None, None, 3)
    assert "at least 5 different voices are needed" in (analysis.reason or "")
    assert analysis.warnings[0] == analysis.reason
    assert (analysis.rows[0].count, rows()) == (0, [])
    assert "No number" in str(artifacts(analysis.run_id)["sentiment-summary"])


def test_a_coin_that_nobody_speaks_of(world: World) -> None:
    analysis = analyse_sentiment({"symbol": "ONE"})

    assert analysis.score is None
    assert "no post counted" in (analysis.reason or "")
    assert analysis.top_posts == []
    assert latest_score("ONE") is None


def test_without_any_source_it_says_so(world: World) -> None:
    for server in (world.reddit, world.x, *world.papers):
        server.answer = lambda asked: (403, {}, b"")

    analysis = analyse_sentiment({"symbol": "BTC"})

    assert analysis.score is None
    assert (analysis.reason or "").startswith("No number: no source could be read.")
    assert {source.status for source in analysis.sources} == {"failed"}
    assert analysis.provenance.data_source == "no source could be read"


def test_x_is_skipped_without_a_token(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("X_BEARER_TOKEN", raising=False)
    XFeed(base_url=world.x.url).save("default", overwrite=True)
    forget_remembered_blocks()

    analysis = analyse_sentiment({"symbol": "BTC", "sources": ["x", "reddit"]})

    outcome = next(source for source in analysis.sources if source.source == "x")
    assert (outcome.status, outcome.posts) == ("skipped", 0)
    assert "no token" in (outcome.reason or "")
    assert world.x.asked == []
    assert analysis.score is not None


def test_one_limit_hides_no_other_source(world: World) -> None:
    world.reddit.troubles.append(Trouble(429, {"Retry-After": "3600"}))

    analysis = analyse_sentiment({"symbol": "BTC"})

    by_name = {source.source: source for source in analysis.sources}
    assert by_name["reddit"].status == "failed"
    assert "ask again in 3600 s" in (by_name["reddit"].reason or "")
    assert by_name["x"].counted == 2


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"symbol": "BTC; DROP"}, "symbol"),
        ({"hours": 0}, "hours"),
        ({"sources": ["facebook"]}, "sources"),
        ({"languages": ["xx"]}, "not among the languages"),
        ({"model": "gpt"}, "model"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_requests_that_can_not_be(request_: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        SentimentRequest.model_validate(request_)
