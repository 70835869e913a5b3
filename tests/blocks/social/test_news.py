"""News feeds against a server that sends RSS, Atom, and worse."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from blocks.social import FeedAway, FeedRefused, FeedUnreadable, NewsFeeds, paper
from tests.blocks.social.servers import Trouble, rss
from tests.blocks.social.servers import paper as serving

pytestmark = pytest.mark.blocks
END = datetime(2026, 3, 2, 12, tzinfo=UTC)
START = END - timedelta(hours=24)
HOUR = timedelta(hours=1)


def read(document: bytes) -> list[tuple[str, str | None]]:
    with serving(document) as server:
        address = f"{server.url}/feed"
        return [(post.text, post.url) for post in NewsFeeds(addresses=(address,)).read(address, START, END)]


def test_articles_of_the_window() -> None:
    document = rss(
        [
            ("Bitcoin climbs", "It went <b>up</b> a lot.", END - HOUR),
            ("Ether climbs", "Ether climbs", END - 2 * HOUR),
            ("Old news", "Yesterday's", START - HOUR),
        ]
    )

    assert read(document) == [
        ("Bitcoin climbs\nIt went up a lot.", "https://paper.example/0"),
        ("Ether climbs", "https://paper.example/1"),
    ]


def test_atom_too() -> None:
    document = b"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>
      <entry><id>urn:1</id><title type="html">Bitcoin &lt;i&gt;rises&lt;/i&gt;</title>
      <link href="https://paper.example/a"/><updated>2026-03-02T11:00:00+01:00</updated></entry></feed>"""

    assert read(document) == [("Bitcoin rises", "https://paper.example/a")]


def test_hostile_markup_is_taken_out() -> None:
    told = (
        "<script>steal()</script><img src=x onerror=alert(1)>Calm &lt;b&gt;words&lt;/b&gt;<style>p{}</style>"
        "<svg><a>x</a></svg>"
    )
    document = rss([("Bitcoin <![CDATA[", told, END - HOUR)], site="javascript:alert(1)//")

    ((text, url),) = read(document)
    assert text.startswith("Bitcoin")
    assert "Calm" in text
    for part in ("script", "steal", "onerror", "<img", "p{}"):
        assert part not in text
    assert url is None


def test_a_feed_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    document = rss([("First", "", END - HOUR), ("Second", "", END - HOUR)])

    assert ("First", "https://paper.example/0") in read(document[: document.index(b"Second") + 3])


@pytest.mark.parametrize(
    ("document", "told"),
    [
        (b"<html><body>Please enable cookies</body></html>", "no RSS or Atom"),
        (b"\x00\x01\x02\x03" * 100, "no RSS or Atom"),
        (b"", "no RSS or Atom"),
        (
            b'<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rss version="2.0"><channel>&b;</channel></rss>',
            "entities",
        ),
        (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel/></rss>', "entities"),
        (b"<rss>" + b" " * (9 << 20), "more than"),
    ],
)
def test_what_is_no_feed_is_told(document: bytes, told: str) -> None:
    with pytest.raises(FeedUnreadable, match=told):
        read(document)


def test_a_feed_without_articles_is_none() -> None:
    assert read(rss([])) == []


def test_packed_though_nobody_asked() -> None:
    with serving(b"") as server:
        server.troubles.append(Trouble(headers={"Content-Encoding": "gzip"}, body=b"\x1f\x8b"))
        with pytest.raises(FeedUnreadable, match="gzip"):
            NewsFeeds().read(f"{server.url}/feed", START, END)


@pytest.mark.parametrize(("status", "error"), [(404, FeedRefused), (410, FeedRefused), (451, FeedRefused)])
def test_refusals(status: int, error: type[Exception]) -> None:
    with serving(b"") as server:
        server.troubles.append(Trouble(status))
        with pytest.raises(error, match=str(status)):
            NewsFeeds().read(f"{server.url}/feed", START, END)


def test_redirects_without_end() -> None:
    with serving(rss([])) as server:
        server.troubles.extend([Trouble(302, {"Location": "/again"}) for _ in range(4)])
        with pytest.raises(FeedUnreadable, match="redirected"):
            NewsFeeds().read(f"{server.url}/feed", START, END)


def test_check_is_content_with_one_that_works() -> None:
    with serving(rss([])) as works, serving(b"<html>") as broken:
        NewsFeeds(addresses=(f"{broken.url}/feed", f"{works.url}/feed")).check()
        with pytest.raises(FeedUnreadable):
            NewsFeeds(addresses=(f"{broken.url}/feed",)).check()


def test_an_unknown_host_is_told_at_once() -> None:
    with pytest.raises(FeedAway, match=r"has no address here|No name server"):
        NewsFeeds(attempts=1).read("https://nowhere.invalid/feed", START, END)


@pytest.mark.parametrize(
    "address", ["ftp://x.example/feed", "https://user:pw@x.example/feed", "javascript:alert(1)", "feed"]
)
def test_addresses_that_can_not_be(address: str) -> None:
    with pytest.raises(ValidationError) as raised:
        NewsFeeds(addresses=(address,))
    assert "pw@" not in str(raised.value.errors()[0]["msg"])


def test_names_of_papers() -> None:
    assert paper("https://www.coindesk.com/arc/outboundfeeds/rss/") == "news:coindesk.com"
    assert paper("http://127.0.0.1:8080/feed") == "news:127.0.0.1:8080"
