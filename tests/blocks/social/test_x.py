"""X's recent search against a server in its wire format."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from blocks.social import FeedBusy, FeedError, FeedRefused, FeedUnreadable, XFeed
from blocks.social.x import search_query
from tests.blocks.social.servers import TOKEN, Server, Trouble, x, x_page

pytestmark = pytest.mark.blocks
END = datetime.now(UTC).replace(microsecond=0)
START = END - timedelta(hours=24)


def ago(minutes: int) -> datetime:
    return END - timedelta(minutes=minutes)


@pytest.fixture
def site() -> Iterator[Server]:
    first = [("$BTC to the moon", ago(5), {}), ("bitcoin &amp; rates", ago(9), {"lang": "zxx"})]
    with x([x_page(first, "page1"), x_page([("Bitcoin falls", ago(20), {"public_metrics": None})])]) as server:
        yield server


def feed(server: Server, token: str = TOKEN, **options: Any) -> XFeed:
    return XFeed(base_url=server.url, bearer_token=SecretStr(token), **options)


def test_pages_are_followed_and_figures_read(site: Server) -> None:
    found = feed(site).search(("bitcoin", "$BTC", "BTC"), START, END, languages=("en",))

    assert [post.text for post in found] == ["$BTC to the moon", "bitcoin & rates", "Bitcoin falls"]
    first, second, last = found
    assert (first.likes, first.replies, first.shares, first.language) == (5, 2, 2, "en")
    assert (first.author, first.author_followers) == ("trader1", 120)
    assert first.author_since == datetime(2019, 3, 1, 10, tzinfo=UTC)
    assert first.url == f"https://x.com/i/web/status/{first.id}"
    assert second.language is None
    assert (last.likes, last.shares) == (0, 0)
    asked = site.asked[0]
    assert asked.path == "/2/tweets/search/recent"
    assert asked.query["query"] == '("bitcoin" OR "BTC") -is:retweet (lang:en)'
    assert asked.query["start_time"] == f"{START:%Y-%m-%dT%H:%M:%SZ}"
    assert site.asked[1].query["next_token"] == "page1"


def test_the_window_is_cut_to_what_x_keeps(site: Server) -> None:
    feed(site).search(("bitcoin",), END - timedelta(days=30), END)

    start = datetime.fromisoformat(site.asked[0].query["start_time"])
    assert timedelta(days=6.9) < datetime.now(UTC) - start < timedelta(days=7)
    assert feed(site).search(("bitcoin",), END - timedelta(days=30), END - timedelta(days=29)) == []


def test_nothing_found() -> None:
    with x([x_page([])]) as server:
        assert feed(server).search(("bitcoin",), START, END) == []


@pytest.mark.parametrize(
    ("trouble", "error", "told"),
    [
        (Trouble(429, {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "4102444800"}), FeedBusy, "ask again in"),
        (Trouble(402), FeedRefused, "plan"),
        (Trouble(403), FeedRefused, "refuses this caller"),
        (Trouble(body=b"<html>"), FeedUnreadable, "no JSON"),
        (Trouble(body=b'{"errors": []}'), FeedUnreadable, "no page of posts"),
        (Trouble(body=b"[1, 2]"), FeedUnreadable, "no page of posts"),
    ],
)
def test_troubles_are_told(site: Server, trouble: Trouble, error: type[Exception], told: str) -> None:
    site.troubles.append(trouble)

    with pytest.raises(error, match=told):
        feed(site).search(("bitcoin",), START, END)
    assert len(site.asked) == 1


def test_a_wrong_token_is_told_and_not_shown(site: Server) -> None:
    with pytest.raises(FeedRefused, match="credentials") as raised:
        feed(site, "wrong-secret").search(("bitcoin",), START, END)
    assert "wrong-secret" not in str(raised.value)
    with pytest.raises(FeedRefused, match="no token has") as raised:
        feed(site, "line\r\nbreak").search(("bitcoin",), START, END)
    assert "break" not in str(raised.value)


def test_the_token_is_not_sent_where_x_redirects(site: Server) -> None:
    with x([x_page([])]) as elsewhere:
        site.troubles.append(Trouble(302, {"Location": f"{elsewhere.url}/2/tweets/search/recent"}))
        with pytest.raises(FeedRefused, match="not public"):
            feed(site).search(("bitcoin",), START, END)
        assert elsewhere.asked == []


def test_without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("X_BEARER_TOKEN", raising=False)
    with pytest.raises(FeedError, match="X_BEARER_TOKEN"):
        XFeed().search(("bitcoin",), START, END)
    monkeypatch.setenv("X_BEARER_TOKEN", "from-the-environment")
    assert XFeed().bearer_token == SecretStr("from-the-environment")


def test_queries_fit() -> None:
    assert search_query(("a", "$A"), (), cashtags=True) == '("a" OR "$A") -is:retweet'
    assert search_query(("$ONE",), (), cashtags=False) == '("ONE") -is:retweet'
    long = search_query([f"a coin with a long name {number}" for number in range(60)], ("en", "de"), cashtags=False)
    assert len(long) <= 512
    assert long.startswith('("a coin with a long name 0" OR')
    assert long.endswith("(lang:en OR lang:de)")
