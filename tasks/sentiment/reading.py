"""What the posts say: each post's direction and weight, and all of them together."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.social import Post
from models.sentiment.label import LABELS, Label
from tasks.sentiment.classifier import ModelName, Origin, classifier_of_run

if TYPE_CHECKING:
    from models.sentiment.aggregate import Aggregate
    from models.sentiment.classifier import Floats

EXCERPT: Final = 280  # characters
MOST_SHOWN: Final = 12


class ReadPost(BaseModel):
    """One post that counts: whose it is, where, and what it was taken to say. Its text is a stranger's."""

    model_config = ConfigDict(frozen=True)

    source: str = Field(description="Where it was read.")
    url: str | None = Field(description="Its address.")
    author: str | None = Field(description="Its author there.")
    created_at: datetime = Field(description="When it was written, UTC.")
    text: str = Field(description="Its beginning, plain text.")
    label: Label = Field(description="What it was taken to say.")
    polarity: float = Field(description="Probability of bullish less that of bearish, in [-1, 1].")
    weight: float = Field(description="Its share of the whole weight.")


@dataclass(frozen=True)
class Reading:
    """All posts read: together, by label, and those that weigh the most."""

    together: "Aggregate"
    labels: dict[Label, int]
    top_posts: list[ReadPost]
    links: dict[str, list[str]]
    model: str
    model_version: str
    weights_sha256: str
    origin: Origin


@task(
    name="read-posts",
    description="Classify the posts, weigh them by attention and age, and put them together.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def read_posts(posts: list[Post], *, model: ModelName, now: datetime, half_life_hours: float, seed: int) -> Reading:
    """Score, interval and the posts that weigh the most. The same posts, model and seed give the same numbers.

    Raises as `classifier_of_run` does.
    """
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.sentiment.aggregate import aggregate  # noqa: PLC0415
    from models.sentiment.classifier import polarity  # noqa: PLC0415
    from models.sentiment.weighting import post_weights  # noqa: PLC0415

    chosen = classifier_of_run(model)
    texts = [post.text for post in posts]
    probabilities = chosen.classifier.probabilities(texts) if texts else np.zeros((0, len(LABELS)))
    directions = polarity(probabilities)
    weights = post_weights(
        [post.likes for post in posts],
        [post.replies for post in posts],
        [post.shares for post in posts],
        [(now - post.created_at).total_seconds() / 3600 for post in posts],
        half_life_hours,
    )
    authors, sources = [post.author for post in posts], [post.source for post in posts]
    labels = [LABELS[place] for place in probabilities.argmax(axis=1)] if texts else []
    order = np.argsort(-weights, kind="stable")
    return Reading(
        together=aggregate(directions, weights, authors, sources, seed),
        labels={label: Counter(labels)[label] for label in LABELS},
        top_posts=[_read(posts[index], labels[index], directions, weights, index) for index in order[:MOST_SHOWN]],
        links=_links(posts, [int(index) for index in order]),
        model=chosen.classifier.name,
        model_version=chosen.classifier.version,
        weights_sha256=chosen.classifier.digest,
        origin=chosen.origin,
    )


def _read(post: Post, label: Label, directions: "Floats", weights: "Floats", index: int) -> ReadPost:
    text = post.text if len(post.text) <= EXCERPT else post.text[: EXCERPT - 1].rstrip() + "…"
    return ReadPost(
        source=post.source,
        url=post.url,
        author=post.author,
        created_at=post.created_at,
        text=text,
        label=label,
        polarity=float(directions[index]),
        weight=float(weights[index]),
    )


def _links(posts: list[Post], order: list[int]) -> dict[str, list[str]]:
    """By source the addresses of the posts that weigh the most, at most ten each."""
    links: dict[str, list[str]] = {}
    for index in order:
        post = posts[index]
        if post.url and len(links.setdefault(post.source, [])) < 10:
            links[post.source].append(post.url)
    return links
