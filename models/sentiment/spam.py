"""Posts that nobody means: advertisements, robots and floods, each by a rule that can be told to its author."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol, get_args

from models.sentiment.wording import ADDRESS, plain

Reason = Literal[
    "advertisement", "automated", "promotion", "ticker-list", "mostly-links", "too-short", "new-account", "author-flood"
]
REASONS: Final[dict[Reason, str]] = {
    "advertisement": "the source marks it as an advertisement",
    "automated": "pinned, or written by a machine",
    "promotion": "offers a giveaway, a signal group, a referral or a sure profit",
    "ticker-list": "names six or more coins at once",
    "mostly-links": "three or more links, or more links than words",
    "too-short": "fewer than two words",
    "new-account": "its author's account is younger than three days",
    "author-flood": "its author has had five posts counted already",
}
MOST_TAGS: Final = 5
MOST_LINKS: Final = 2
MOST_BY_AUTHOR: Final = 5
YOUNGEST_ACCOUNT: Final = timedelta(days=3)
_ROBOT: Final = re.compile(r"(?i:(?:^|[_\W])bot[_\W\d]*$|^automoderator$|_alerts?$|whale_?alert)|[a-z]Bot\d*$")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_TAG: Final = re.compile(r"[$#][a-z][a-z0-9]{1,14}\b", re.IGNORECASE)
_PROMOTION: Final = re.compile(
    r"\bgive-?aways?\b|\bfree (?:crypto|bitcoin|btc|eth|tokens?|coins?|airdrop|signals?|mint)\b"
    r"|\bclaim (?:your|now|free|here)\b|\b(?:join|dm|pm|message|contact|text|add) (?:me|us|our|my)\b.{0,40}"
    r"\b(?:telegram|whatsapp|discord|group|channel|signals?|profits?|invest\w*)\b"
    r"|\bt\.me/|\bwa\.me/|\bwhatsapp\b|\btelegram (?:group|channel)\b|\b(?:referral|ref|promo|invite) ?(?:code|link)\b"
    r"|\buse (?:my|code|this) (?:code|link|referral)\b|\bguaranteed (?:profits?|returns?|gains?)\b"
    r"|\b(?:\d{2,4}x|1000%) (?:guaranteed|gem|potential|soon)\b"
    r"|\bpresale\b.{0,60}\b(?:live|join|now|link|don'?t miss)\b"
    r"|\bdouble your (?:btc|bitcoin|eth|crypto|money)\b|\bsend \d+.{0,20}\b(?:get|receive) \d+"
    r"|\brecover(?:ed)? (?:your|my) (?:lost|stolen) (?:funds?|crypto|bitcoin|btc)\b|\bpump signals?\b"
    r"|\bretweet\b.{0,30}\bfollow\b|\bfollow\b.{0,30}\b(?:retweet|rt)\b|\btag \d+ friends\b",
    re.IGNORECASE,
)


class Candidate(Protocol):
    """What the rules read of a post."""

    @property
    def source(self) -> str:
        """Where it was read."""

    @property
    def text(self) -> str:
        """Title and body."""

    @property
    def author(self) -> str | None:
        """Its author."""

    @property
    def created_at(self) -> datetime:
        """When it was written."""

    @property
    def author_since(self) -> datetime | None:
        """When the account was made."""

    @property
    def promoted(self) -> bool:
        """Whether it is marked as an advertisement."""

    @property
    def automated(self) -> bool:
        """Whether it is pinned or marked as a machine's."""


def spam_reasons(posts: Sequence[Candidate], *, flood: bool = True) -> list[Reason | None]:
    """For each post why it does not count, None where it does.

    With `flood`, an author's posts beyond the first five in the order given don't; a paper is no author in that sense.
    """
    counted: dict[tuple[str, str], int] = defaultdict(int)
    reasons: list[Reason | None] = []
    for post in posts:
        reason = spam_reason(post)
        if reason is None and flood and post.author and not post.source.startswith("news:"):
            key = (post.source, post.author.casefold())
            counted[key] += 1
            reason = "author-flood" if counted[key] > MOST_BY_AUTHOR else None
        reasons.append(reason)
    return reasons


def spam_reason(post: Candidate) -> Reason | None:
    """The first rule that a post breaks by itself."""
    text = plain(post.text)
    links = ADDRESS.findall(text)
    words = _WORD.findall(ADDRESS.sub(" ", text))
    young = post.author_since is not None and post.created_at - post.author_since < YOUNGEST_ACCOUNT
    news = post.source.startswith("news:")
    broken: dict[Reason, bool] = {
        "advertisement": post.promoted,
        "automated": post.automated or bool(not news and post.author and _ROBOT.search(post.author)),
        "promotion": bool(not news and _PROMOTION.search(text)),
        "ticker-list": len({tag.casefold() for tag in _TAG.findall(text)}) > MOST_TAGS,
        "mostly-links": not news and (len(links) > MOST_LINKS or len(links) > max(1, len(words))),
        "too-short": len(words) < 2,
        "new-account": young,
    }
    return next((reason for reason in get_args(Reason) if broken.get(reason)), None)
