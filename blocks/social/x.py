"""`XFeed`: posts of X (Twitter) of the last seven days, through the recent search of its API v2.

Over httpcore and not tweepy: its releases for API v2 need an oauthlib older than the rest of this project resolves to,
so that pip falls back to one from 2021 that does not know the endpoint.
Source: https://docs.x.com/x-api/posts/recent-search
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final

from pydantic import AnyHttpUrl, Field, SecretStr

from blocks.saved_block import saved_or_default
from blocks.social.errors import FeedError, FeedRefused, FeedUnreadable
from blocks.social.feed import Feed, in_window
from blocks.social.figures import count_of, moment_of
from blocks.social.markup import safe_address, tidy
from blocks.social.post import Post
from blocks.social.reader import Reader
from blocks.social.settings import SocialSettings

API: Final = "https://api.x.com"
PAGE: Final = 100
FEWEST: Final = 10  # what a page of the endpoint has at least
LONGEST_QUERY: Final = 512  # characters, on the plans below the largest
REACH: Final = timedelta(days=7) - timedelta(minutes=1)
NEWEST: Final = timedelta(seconds=15)  # end_time must be at least ten seconds ago


class XFeed(Feed):
    """X's recent search; needs the bearer token of an app."""

    _block_type_name: ClassVar[str | None] = "X feed"
    _block_type_slug: ClassVar[str | None] = "x-feed"
    _description: ClassVar[str | None] = "Posts of X (Twitter) of the last seven days; needs a bearer token."

    bearer_token: SecretStr | None = Field(
        default_factory=lambda: SocialSettings().x_bearer_token,
        description="App-only bearer token of X's API v2. Unset: X_BEARER_TOKEN; without either X is skipped.",
    )
    cashtags: bool = Field(False, description="Search for $BTC too; X allows that operator on its larger plans only.")
    base_url: AnyHttpUrl | None = Field(
        None, description="Another address in place of X's own: a proxy or mirror. Paths stay."
    )

    @classmethod
    def default(cls) -> "XFeed":
        """The block saved as `default`, else one with the token of the environment."""
        return saved_or_default(cls, "default", cls)

    def search(
        self, terms: Sequence[str], since: datetime, until: datetime, limit: int = 200, languages: Sequence[str] = ()
    ) -> list[Post]:
        """The newest posts that hold one of `terms`, reposts left out, at most `limit`. Raises `FeedError`s.

        A window that reaches back further than X's seven days is cut. A later page that fails leaves the earlier ones.
        """
        now = datetime.now(UTC)
        start, end = max(since, now - REACH), min(until, now - NEWEST)
        if start >= end:
            return []
        params: dict[str, str | int] = {
            "query": search_query(terms, languages, cashtags=self.cashtags),
            "start_time": f"{start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "end_time": f"{end.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "tweet.fields": "created_at,public_metrics,lang,author_id",
            "expansions": "author_id",
            "user.fields": "username,created_at,public_metrics",
        }
        found: list[Post] = []
        reader, token = self._authorised(), None
        while len(found) < limit:
            params["max_results"] = max(FEWEST, min(PAGE, limit - len(found)))
            try:
                page = reader.get(self._address, params | ({"next_token": token} if token else {})).json()
            except FeedError:
                if not found:
                    raise
                break
            found += posts_of(page)
            token = _part(page, "meta").get("next_token")
            if not isinstance(token, str):
                break
        return in_window(found, since, until)[:limit]

    def check(self) -> None:
        """Raise `FeedError` saying what is wrong, when X can't be searched from here."""
        self._authorised().get(self._address, {"query": "bitcoin", "max_results": FEWEST})

    @property
    def _address(self) -> str:
        return f"{str(self.base_url).rstrip('/') if self.base_url else API}/2/tweets/search/recent"

    def _authorised(self) -> Reader:
        if self.bearer_token is None or not self.bearer_token.get_secret_value():
            raise FeedRefused("X needs a bearer token: set X_BEARER_TOKEN, or save an X feed block as `default`.")
        token = self.bearer_token.get_secret_value()
        if not token.isascii() or not token.isprintable() or " " in token:
            raise FeedRefused("The bearer token for X has characters that no token has: copy it again.")
        return self._reader(Authorization=f"Bearer {token}")


def search_query(terms: Sequence[str], languages: Sequence[str], *, cashtags: bool) -> str:
    """X's query for posts with one of `terms`: as many of them as its length allows, the first ones first."""
    plain = [term for term in terms if cashtags or not term.startswith("$")] or [term.lstrip("$") for term in terms]
    wanted = [f'"{term.replace(chr(34), "")}"' for term in plain]
    spoken = " OR ".join(f"lang:{language}" for language in languages)
    ending = " -is:retweet" + (f" ({spoken})" if spoken else "")
    while len(wanted) > 1 and len(" OR ".join(wanted)) + len(ending) + 2 > LONGEST_QUERY:
        wanted.pop()
    return f"({' OR '.join(wanted)}){ending}"


def posts_of(page: Any) -> list[Post]:
    """The posts of a page of answers; none where nothing matched. Raises `FeedUnreadable`."""
    if not isinstance(page, dict) or not ("data" in page or "meta" in page):
        raise FeedUnreadable("X answered with something that is no page of posts: try again later.")
    users = _part(page, "includes").get("users")
    authors = {user["id"]: user for user in users or [] if isinstance(user, dict) and isinstance(user.get("id"), str)}
    items = page.get("data")
    found = (_post(item, authors) for item in (items if isinstance(items, list) else []) if isinstance(item, dict))
    return [post for post in found if post]


def _part(page: Any, name: str) -> dict[str, Any]:
    part = page.get(name) if isinstance(page, dict) else None
    return part if isinstance(part, dict) else {}


def _post(item: dict[str, Any], authors: dict[str, dict[str, Any]]) -> Post | None:
    own_id, moment, text = item.get("id"), moment_of(item.get("created_at")), item.get("text")
    if not isinstance(own_id, str) or not own_id.isdigit() or moment is None or not isinstance(text, str):
        return None
    author, figures, language = (
        authors.get(str(item.get("author_id")), {}),
        _part(item, "public_metrics"),
        item.get("lang"),
    )
    name, followers = author.get("username"), _part(author, "public_metrics").get("followers_count")
    return Post(
        source="x",
        id=own_id[:25],
        url=safe_address(f"https://x.com/i/web/status/{own_id}"),
        text=tidy(text),
        author=name[:100] if isinstance(name, str) else None,
        created_at=moment,
        likes=count_of(figures.get("like_count")),
        replies=count_of(figures.get("reply_count")),
        shares=count_of(figures.get("retweet_count")) + count_of(figures.get("quote_count")),
        language=language if isinstance(language, str) and len(language) == 2 and language.isalpha() else None,
        author_since=moment_of(author.get("created_at")),
        author_followers=count_of(followers) if followers is not None else None,
    )
