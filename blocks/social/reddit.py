"""`RedditFeed`: posts of subreddits, without credentials or with them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar, Final

from pydantic import AnyHttpUrl, Field, SecretStr, field_validator, model_validator

from blocks.saved_block import saved_or_default
from blocks.social.errors import FeedError
from blocks.social.feed import Feed, in_window
from blocks.social.post import Post
from blocks.social.reddit_listing import SITE, next_page, posts_of
from blocks.social.settings import SocialSettings

PAGE: Final = 100
SUBREDDITS: Final = (
    "CryptoCurrency",
    "CryptoMarkets",
    "Bitcoin",
    "ethereum",
    "CryptoTechnology",
    "altcoin",
    "SatoshiStreetBets",
)
Ask = Callable[[str, Mapping[str, str | int]], Any]


class RedditFeed(Feed):
    """Reddit's search in a list of subreddits.

    Without credentials it reads the public JSON (about 10 requests a minute are answered); with `client_id` and
    `client_secret` of an app it asks Reddit's API through PRAW, Reddit's well-kept client (100 a minute).
    """

    _block_type_name: ClassVar[str | None] = "Reddit feed"
    _block_type_slug: ClassVar[str | None] = "reddit-feed"
    _description: ClassVar[str | None] = "Posts of subreddits; works without credentials, better with an app's."

    subreddits: tuple[str, ...] = Field(
        SUBREDDITS, min_length=1, max_length=50, description="Subreddits to search.", examples=[["CryptoCurrency"]]
    )
    client_id: SecretStr | None = Field(
        default_factory=lambda: SocialSettings().reddit_client_id,
        description="Id of a Reddit app (reddit.com/prefs/apps). Unset: REDDIT_CLIENT_ID, or the public JSON.",
    )
    client_secret: SecretStr | None = Field(
        default_factory=lambda: SocialSettings().reddit_client_secret,
        description="Its secret. Unset: REDDIT_CLIENT_SECRET.",
    )
    base_url: AnyHttpUrl | None = Field(
        None, description="Another address in place of Reddit's own: a proxy or mirror. Paths stay."
    )

    @field_validator("subreddits")
    @classmethod
    def _names(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if not (2 <= len(name) <= 21 and name.isascii() and name.replace("_", "").isalnum()):
                raise ValueError(f"{name[:40]!a} is no subreddit: letters, digits and _, without r/")
        return names

    @model_validator(mode="after")
    def _both(self) -> "RedditFeed":
        if self.client_secret and not self.client_id:
            raise ValueError("client_secret needs its client_id")
        return self

    @classmethod
    def default(cls) -> "RedditFeed":
        """The block saved as `default`, else Reddit's public JSON."""
        return saved_or_default(cls, "default", cls)

    def search(self, terms: Sequence[str], since: datetime, until: datetime, limit: int = 200) -> list[Post]:
        """The newest posts that hold one of `terms`, at most `limit`. Raises `FeedError`s.

        A later page that fails leaves the earlier ones standing.
        """
        query = " OR ".join(f'"{term}"' for term in terms)
        params: dict[str, str | int] = {
            "q": query,
            "restrict_sr": 1,
            "sort": "new",
            "t": _span(since, until),
            "raw_json": 1,
            "type": "link",
        }
        path, found, after = f"/r/{'+'.join(self.subreddits)}/search", list[Post](), None
        with self._asking() as ask:
            while len(found) < limit:
                size = min(PAGE, limit - len(found))
                try:
                    listing = ask(path, params | {"limit": size} | ({"after": after} if after else {}))
                except FeedError:
                    if not found:
                        raise
                    break
                page = posts_of(listing)
                found += page
                after = next_page(listing)
                if after is None or not page or page[-1].created_at < since:
                    break
        return in_window(found, since, until)[:limit]

    def check(self) -> None:
        """Raise `FeedError` saying what is wrong, when Reddit can't be read from here."""
        with self._asking() as ask:
            posts_of(ask(f"/r/{self.subreddits[0]}/new", {"limit": 1, "raw_json": 1}))

    @contextmanager
    def _asking(self) -> Iterator[Ask]:
        address = str(self.base_url).rstrip("/") if self.base_url else None
        if self.client_id is None:
            reader = self._reader()
            yield lambda path, params: reader.get(f"{address or SITE}{path}.json", params).json()
            return
        from blocks.social.reddit_app import asking  # noqa: PLC0415 - praw is an extra, and loads requests

        secret = self.client_secret.get_secret_value() if self.client_secret else ""
        with asking(self.client_id.get_secret_value(), secret, address=address, timeout=self.timeout) as ask:
            yield ask


def _span(since: datetime, until: datetime) -> str:
    """Reddit's word for the shortest span that holds the window, as far as it has one."""
    hours = (until - since).total_seconds() / 3600
    return next(
        (word for most, word in ((0.9, "hour"), (23, "day"), (167, "week"), (719, "month")) if hours <= most), "year"
    )
