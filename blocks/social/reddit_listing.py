"""Posts out of Reddit's listings, the same with and without credentials (https://www.reddit.com/dev/api#listings)."""

from typing import Any

from blocks.social.errors import FeedUnreadable
from blocks.social.figures import count_of, moment_of
from blocks.social.markup import safe_address, tidy
from blocks.social.post import Post

SITE = "https://www.reddit.com"


def posts_of(listing: Any) -> list[Post]:
    """The posts of a listing; what was removed or can't be read is left out. Raises `FeedUnreadable`."""
    children = _data(listing).get("children")
    if not isinstance(children, list):
        raise FeedUnreadable("Reddit answered with something that is no listing of posts: try again later.")
    found = (_post(_data(child)) for child in children if isinstance(child, dict))
    return [post for post in found if post]


def next_page(listing: Any) -> str | None:
    """What `after` must be to go on; None at the end."""
    after = _data(listing).get("after")
    return after if isinstance(after, str) and after.isascii() and len(after) < 40 else None


def _data(thing: Any) -> dict[str, Any]:
    data = thing.get("data") if isinstance(thing, dict) else None
    return data if isinstance(data, dict) else {}


def _post(data: dict[str, Any]) -> Post | None:
    own_id, moment, title = data.get("id"), moment_of(data.get("created_utc")), data.get("title")
    if not isinstance(own_id, str) or not own_id.isalnum() or moment is None or not isinstance(title, str):
        return None
    if data.get("removed_by_category") or data.get("selftext") in {"[removed]", "[deleted]"}:
        return None
    body, author, community = data.get("selftext"), data.get("author"), data.get("subreddit")
    text = tidy(f"{title}\n{body if isinstance(body, str) else ''}")
    if not text:
        return None
    return Post(
        source="reddit",
        id=own_id[:20],
        url=safe_address(f"{SITE}{data.get('permalink', '')}"),
        text=text,
        author=author[:100] if isinstance(author, str) and author != "[deleted]" else None,
        community=f"r/{community[:50]}" if isinstance(community, str) else None,
        created_at=moment,
        likes=count_of(data.get("score")),
        replies=count_of(data.get("num_comments")),
        shares=count_of(data.get("num_crossposts")),
        promoted=bool(data.get("promoted")),
        automated=bool(data.get("stickied")) or data.get("author") == "AutoModerator",
    )
