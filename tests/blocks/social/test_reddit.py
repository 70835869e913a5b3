"""Reddit's listings, without credentials and with them, against a server in its wire format."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from blocks.social import FeedAway, FeedBusy, FeedRefused, FeedUnreadable, RedditFeed
from tests.blocks.social.servers import Server, Trouble, reddit, reddit_post

pytestmark = pytest.mark.blocks
END = datetime(2026, 3, 2, 12, tzinfo=UTC)
START = END - timedelta(hours=24)


def posts(count: int) -> list[dict[str, Any]]:
    return [reddit_post(n, f"Bitcoin thought {n}", END - timedelta(minutes=5 + n)) for n in range(count)]


@pytest.fixture
def site() -> Iterator[Server]:
    with reddit(posts(150)) as server:
        yield server


def feed(server: Server, **options: Any) -> RedditFeed:
    return RedditFeed(base_url=server.url, subreddits=("CryptoCurrency", "Bitcoin"), **options)


def app(server: Server, **options: Any) -> RedditFeed:
    return feed(server, client_id=SecretStr("an-id"), client_secret=SecretStr("a-secret"), **options)


def test_public_json_is_paged_and_told_who_asks(site: Server) -> None:
    found = feed(site).search(("bitcoin", "$BTC"), START, END, limit=120)

    assert len(found) == 120
    assert [asked.query["limit"] for asked in site.asked] == ["100", "20"]
    first = site.asked[0]
    assert first.path == "/r/CryptoCurrency+Bitcoin/search.json"
    assert first.query["q"] == '"bitcoin" OR "$BTC"'
    assert first.query["restrict_sr"] == "1"
    assert "ai-orchestration" in first.headers["user-agent"]
    post = found[0]
    assert (post.source, post.author, post.community, post.likes, post.replies) == (
        "reddit", "writer_0", "r/CryptoCurrency", 10, 3,
    )  # fmt: skip
    assert post.url == "https://www.reddit.com/r/CryptoCurrency/comments/p00000/a_title/"
    assert post.created_at == END - timedelta(minutes=5)


def test_an_app_asks_the_api_through_praw(site: Server) -> None:
    found = app(site).search(("bitcoin",), START, END, limit=120)

    assert len(found) == 120
    token, first, second = site.asked
    assert token.path == "/api/v1/access_token"
    assert token.headers["authorization"].startswith("Basic ")
    assert first.path == second.path == "/r/CryptoCurrency+Bitcoin/search"
    assert first.headers["authorization"] == "bearer eyJ-token"
    assert found == feed(site).search(("bitcoin",), START, END, limit=120)


def test_posts_outside_of_the_window_and_doubles_are_left_out() -> None:
    listing = [
        reddit_post(1, "Just now", END),
        reddit_post(2, "In time", END - timedelta(seconds=1)),
        reddit_post(2, "In time", END - timedelta(seconds=1)),
        reddit_post(3, "At the edge", START),
        reddit_post(4, "Too old", START - timedelta(seconds=1)),
    ]
    with reddit(listing) as server:
        found = feed(server).search(("bitcoin",), START, END)

    assert [post.text for post in found] == ["In time", "At the edge"]


def test_hostile_and_broken_posts() -> None:
    listing = [
        reddit_post(
            1, "Price &amp; news\u0000 <script>alert(1)</script>", END - timedelta(hours=1), author="[deleted]"
        ),
        reddit_post(2, "Votes below zero", END - timedelta(hours=2), score=-50, num_comments=None),
        reddit_post(3, "Removed", END - timedelta(hours=2), selftext="[removed]"),
        reddit_post(4, "Huge", END - timedelta(hours=3), selftext="word " * 50_000),
        reddit_post(5, "No moment", END, created_utc="soon"),
        reddit_post(6, "Elsewhere", END - timedelta(hours=4), permalink="@evil.example/'\"><img>"),
        {"kind": "t3", "data": None},
        {"kind": "more"},
    ]
    with reddit(listing) as server:
        found = {post.id: post for post in feed(server).search(("bitcoin",), START, END)}

    assert set(found) == {"p00001", "p00002", "p00004", "p00006"}
    assert found["p00001"].text == "Price & news <script>alert(1)</script>"
    assert found["p00001"].author is None
    assert (found["p00002"].likes, found["p00002"].replies) == (0, 0)
    assert len(found["p00004"].text) == 10_000
    assert found["p00006"].url is None


def test_a_limit_is_waited_for(site: Server) -> None:
    site.troubles.append(Trouble(429, {"Retry-After": "0"}))

    assert len(feed(site).search(("bitcoin",), START, END, limit=10)) == 10
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    "headers",
    [{"Retry-After": "900"}, {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "540"}],
)
def test_a_limit_that_lasts_is_told(site: Server, headers: dict[str, str]) -> None:
    site.troubles.append(Trouble(429, headers))

    with pytest.raises(FeedBusy, match=r"ask again in (900|540) s"):
        feed(site).search(("bitcoin",), START, END)
    assert len(site.asked) == 1


def test_failures_in_passing_are_repeated(site: Server) -> None:
    site.troubles.extend([Trouble(503, {"Retry-After": "0"}), Trouble(502, {"Retry-After": "0"})])

    assert len(feed(site).search(("bitcoin",), START, END, limit=10)) == 10
    assert len(site.asked) == 3


def test_failures_that_last_are_told(site: Server) -> None:
    site.troubles.extend([Trouble(500, {"Retry-After": "0"}) for _ in range(3)])

    with pytest.raises(FeedAway, match="keeps failing"):
        feed(site).search(("bitcoin",), START, END)


def test_a_later_page_that_fails_leaves_the_first(site: Server) -> None:
    answer = site.answer
    site.answer = lambda asked: answer(asked) if "after" not in asked.query else (403, {}, b"{}")

    assert len(feed(site).search(("bitcoin",), START, END, limit=150)) == 100


def test_a_caller_that_is_refused_is_told_what_to_do(site: Server) -> None:
    site.troubles.append(Trouble(403, body=b"<html>blocked</html>"))

    with pytest.raises(FeedRefused, match="give credentials"):
        feed(site).search(("bitcoin",), START, END)
    assert len(site.asked) == 1


@pytest.mark.parametrize("body", [b"<html>log in</html>", b"[" * 200_000, b'{"kind": "Listing"}', b"\xff\xfe\x00"])
def test_answers_that_are_no_listing(site: Server, body: bytes) -> None:
    site.troubles.append(Trouble(body=body))

    with pytest.raises(FeedUnreadable):
        feed(site).search(("bitcoin",), START, END)


def test_an_answer_without_end_is_not_read(site: Server) -> None:
    site.troubles.append(Trouble(body=b" " * (9 << 20)))

    with pytest.raises(FeedUnreadable, match="more than"):
        feed(site).search(("bitcoin",), START, END)


def test_an_answer_that_drips_ends_at_the_timeout(site: Server) -> None:
    site.troubles.append(Trouble(body=json.dumps({"data": {}}).encode() * 50, drip=0.05))

    with pytest.raises(FeedAway, match="did not answer within"):
        feed(site, timeout=0.3, attempts=1).search(("bitcoin",), START, END)


def test_nobody_there() -> None:
    with reddit([]) as server:
        url = server.url
    with pytest.raises(FeedAway):
        RedditFeed(base_url=url, attempts=1).search(("bitcoin",), START, END)


def test_a_redirect_into_a_private_network_is_refused(site: Server) -> None:
    with reddit(posts(1)) as inside:
        site.troubles.append(Trouble(302, {"Location": f"{inside.url}/r/x/search.json"}))
        with pytest.raises(FeedRefused, match="not public"):
            feed(site).search(("bitcoin",), START, END)
        assert inside.asked == []
    site.troubles.append(Trouble(302, {"Location": "file:///etc/passwd"}))
    with pytest.raises(FeedRefused, match="no safe address"):
        feed(site).search(("bitcoin",), START, END)


def test_a_redirect_at_home_is_followed(site: Server) -> None:
    site.troubles.append(Trouble(301, {"Location": "/r/Bitcoin/search.json?limit=5"}))

    assert feed(site).search(("bitcoin",), START, END, limit=5)
    assert site.asked[1].path == "/r/Bitcoin/search.json"


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (Trouble(401, path="access_token"), FeedRefused),
        (Trouble(429, path="search"), FeedBusy),
        (Trouble(403, path="search"), FeedRefused),
        (Trouble(body=b"<html>", path="search"), FeedUnreadable),
        (Trouble(body=b" " * (9 << 20), path="search"), FeedUnreadable),
    ],
)
def test_troubles_of_the_api_are_told_without_the_secret(
    site: Server, trouble: Trouble, error: type[Exception]
) -> None:
    site.troubles.append(trouble)

    with pytest.raises(error) as raised:
        app(site).search(("bitcoin",), START, END)
    assert "a-secret" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_used_up_limit_of_the_api_is_not_slept_through(site: Server) -> None:
    answer = site.answer

    def exhausted(asked: Any) -> Any:
        status, headers, body = answer(asked)
        return (
            status,
            headers | {"x-ratelimit-remaining": "0", "x-ratelimit-used": "1", "x-ratelimit-reset": "600"},
            body,
        )

    site.answer = exhausted

    assert len(app(site).search(("bitcoin",), START, END, limit=150)) == 100


def test_settings_that_can_not_work_are_refused() -> None:
    with pytest.raises(ValidationError, match="no subreddit"):
        RedditFeed(subreddits=("../../etc",))
    with pytest.raises(ValidationError, match="needs its client_id"):
        RedditFeed(client_secret=SecretStr("alone"))


def test_credentials_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDDIT_CLIENT_ID", "an-id")
    monkeypatch.setenv("REDDIT_CLIENT_SECRET", "a-secret")
    block = RedditFeed()

    assert block.client_id is not None
    assert block.client_id.get_secret_value() == "an-id"
    assert "a-secret" not in repr(block)
