"""Which posts count: those about the coin, in a wanted language, said once, and meant by someone."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.social import Post
from models.sentiment.coins import Coin
from models.sentiment.spam import REASONS

OTHER_SUBJECT: Final = "other-subject"
FOREIGN: Final = "foreign-language"
DUPLICATE: Final = "duplicate"
TOLD: Final[dict[str, str]] = {
    OTHER_SUBJECT: "does not speak of the coin, or of something else by its symbol",
    FOREIGN: "in a language that was not asked for",
    DUPLICATE: "says what an earlier post says, word for word or nearly so",
    **{str(reason): told for reason, told in REASONS.items()},
}


class Dropped(BaseModel):
    """Posts left out for one reason."""

    model_config = ConfigDict(frozen=True)

    reason: str = Field(description="The rule.", examples=["duplicate", "promotion"])
    posts: int = Field(description="How many.")
    told: str = Field(description="The rule in words.")


@dataclass(frozen=True)
class Sifted:
    """The posts that count, oldest first, and why the others don't."""

    posts: list[Post]
    dropped: list[Dropped]


@task(
    name="sift-posts",
    description="Leave out posts about something else, in other languages, said before, or by robots and advertisers.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def sift_posts(posts: Sequence[Post], coin: Coin, languages: tuple[str, ...]) -> Sifted:
    """The posts that count; each of the others is counted under the first rule that it breaks."""
    from models.sentiment.language import foreign_language  # noqa: PLC0415 - lingua where it is used
    from models.sentiment.mention import mention_of  # noqa: PLC0415

    counts: Counter[str] = Counter()
    kept = _without(posts, OTHER_SUBJECT, lambda post: mention_of(coin, post.text) is None, counts)
    kept = _without(
        kept, FOREIGN, lambda post: foreign_language(post.text, languages, post.language) is not None, counts
    )
    kept = _told_once(kept, counts)
    kept = _meant(kept, counts)
    dropped = [Dropped(reason=reason, posts=count, told=TOLD[reason]) for reason, count in counts.most_common()]
    return Sifted(kept, dropped)


def _without(posts: Sequence[Post], reason: str, broken: Callable[[Post], bool], counts: Counter[str]) -> list[Post]:
    kept = [post for post in posts if not broken(post)]
    if left := len(posts) - len(kept):
        counts[reason] += left
    return kept


def _told_once(posts: list[Post], counts: Counter[str]) -> list[Post]:
    """The earliest of each group of near-duplicates."""
    from models.sentiment.duplicates import duplicate_groups  # noqa: PLC0415 - beside the other rules

    groups = duplicate_groups([post.text for post in posts])
    kept = [post for index, post in enumerate(posts) if groups[index] == index]
    if left := len(posts) - len(kept):
        counts[DUPLICATE] += left
    return kept


def _meant(posts: list[Post], counts: Counter[str]) -> list[Post]:
    from models.sentiment.spam import spam_reasons  # noqa: PLC0415 - beside the other rules

    reasons = spam_reasons(posts)
    counts.update(reason for reason in reasons if reason)
    return [post for post, reason in zip(posts, reasons, strict=True) if reason is None]
