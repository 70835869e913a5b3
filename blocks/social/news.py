"""`NewsFeeds`: articles of papers, from their RSS or Atom feeds."""

from calendar import timegm
from datetime import UTC, datetime
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from blocks.saved_block import saved_or_default
from blocks.social.errors import FeedError, FeedUnreadable
from blocks.social.feed import Feed, in_window
from blocks.social.markup import safe_address, text_of
from blocks.social.post import Post
from blocks.source.errors import shown

PAPERS: Final = (
    "https://www.coindesk.com/arc/outboundfeeds/rss/",
    "https://cointelegraph.com/rss",
    "https://decrypt.co/feed",
    "https://www.theblock.co/rss.xml",
    "https://bitcoinmagazine.com/feed",
    "https://cryptoslate.com/feed/",
)
MOST_ENTRIES: Final = 500
SUMMARY: Final = 600  # characters: a feed with whole articles says the same with more words


class NewsFeeds(Feed):
    """Papers on crypto; each is a source of its own, so that one that fails hides no other."""

    _block_type_name: ClassVar[str | None] = "News feeds"
    _block_type_slug: ClassVar[str | None] = "news-feeds"
    _description: ClassVar[str | None] = "RSS or Atom feeds of papers; needs no credentials."

    addresses: tuple[str, ...] = Field(
        PAPERS,
        min_length=1,
        max_length=30,
        description="Addresses of the feeds.",
        examples=[["https://decrypt.co/feed"]],
    )

    @field_validator("addresses")
    @classmethod
    def _usable(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            if safe_address(address) is None:
                raise ValueError(f"{shown(address)!a} is no http or https address")
        return tuple(dict.fromkeys(addresses))

    @classmethod
    def default(cls) -> "NewsFeeds":
        """The block saved as `default`, else a short list of well-known papers."""
        return saved_or_default(cls, "default", cls)

    def read(self, address: str, since: datetime, until: datetime, limit: int = 200) -> list[Post]:
        """The newest articles of one feed, at most `limit`. Raises `FeedError`s."""
        answer = self._reader().get(address)
        return in_window(articles_of(answer.body, address), since, until)[:limit]

    def check(self) -> None:
        """Raise `FeedError` when none of the feeds can be read from here."""
        failed: FeedError | None = None
        for address in self.addresses:
            try:
                articles_of(self._reader().get(address).body, address)
            except FeedError as error:
                failed = error
            else:
                return
        if failed:
            raise failed


def paper(address: str) -> str:
    """Name of a feed as a source: `news:decrypt.co`; with the port where it names one."""
    return f"news:{urlsplit(address).netloc.rpartition('@')[2].removeprefix('www.').lower()[:100]}"


def articles_of(document: bytes, address: str) -> list[Post]:
    """The articles of an RSS or Atom document; undated ones are left out. Raises `FeedUnreadable`.

    feedparser reads broken XML as far as it goes and resolves no external entity; what it sanitises is not relied on:
    all markup is taken out here.
    """
    import feedparser  # noqa: PLC0415 - an extra, and slow to import

    if b"<!ENTITY" in document[:100_000].upper():
        raise FeedUnreadable(f"{shown(address)} declares XML entities, which no feed needs; it was not read.")
    parsed = feedparser.parse(document, sanitize_html=False, resolve_relative_uris=False)
    if not parsed.get("version") and not parsed.entries:
        raise FeedUnreadable(f"{shown(address)} answered with something that is no RSS or Atom feed.")
    found = (_article(entry, address) for entry in parsed.entries[:MOST_ENTRIES])
    return [post for post in found if post]


def _article(entry: Any, address: str) -> Post | None:
    moment = _moment(entry.get("published_parsed") or entry.get("updated_parsed"))
    title, summary = text_of(_string(entry, "title")), text_of(_string(entry, "summary"))
    text = f"{title}\n{summary[:SUMMARY]}".strip() if summary.casefold() != title.casefold() else title
    url = safe_address(entry.get("link"))
    own_id = _string(entry, "id") or url
    if moment is None or not text or not own_id:
        return None
    return Post(
        source=paper(address),
        id=own_id[:300],
        url=url,
        text=text,
        author=text_of(_string(entry, "author"))[:100] or None,
        community=paper(address).removeprefix("news:"),
        created_at=moment,
    )


def _string(entry: Any, name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _moment(parsed: Any) -> datetime | None:
    """feedparser's struct_time is in UTC already."""
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None
