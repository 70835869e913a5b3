"""How much each post counts: by the attention it got and its age, and none so much that it rules."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from models.sentiment.classifier import Floats

MOST_ATTENTION: Final = 10_000.0  # beyond that more attention counts for nothing: it can be bought
MOST_SHARE: Final = 0.1  # of the whole weight, for one post
REPLY, SHARE = 2.0, 3.0  # likes that a reply and a repost stand for: they cost more than a like


def post_weights(
    likes: Sequence[int], replies: Sequence[int], shares: Sequence[int], ages: ArrayLike, half_life: float
) -> Floats:
    """Weights that sum to 1: (1 + ln(1 + attention)) / 2^(age / half-life), none above 10 % where ten posts are there.

    `ages` and `half_life` in the same unit. With fewer posts than ten none counts for more than its equal share.
    """
    attention = np.asarray(likes, float) + REPLY * np.asarray(replies, float) + SHARE * np.asarray(shares, float)
    raw = (1 + np.log1p(np.clip(attention, 0, MOST_ATTENTION))) * np.exp2(
        -np.maximum(np.asarray(ages, float), 0) / half_life
    )
    return capped(raw, MOST_SHARE)


def capped(weights: Floats, most: float) -> Floats:
    """`weights` scaled to sum 1, the largest cut so that none is above `most`; all equal where that can't be."""
    count = len(weights)
    if count == 0 or count * most <= 1 or weights.sum() <= 0:
        return np.full(count, 1 / count) if count else weights
    shares = weights / weights.sum()
    order = np.argsort(-shares)
    for cut in range(count):
        rest = float(shares[order[cut:]].sum())
        level = most * rest / (1 - cut * most)  # what the `cut` largest get, so that each is `most` of the new sum
        if shares[order[cut]] <= level or cut == count - 1:
            shares[order[:cut]] = level
            break
    limited: Floats = shares / shares.sum()
    return limited


def effective_count(weights: Floats) -> float:
    """Posts of equal weight that would say as much: (sum w)^2 / sum w^2 (Kish 1965); 0 where there are none."""
    squares = float(weights @ weights)
    return float(weights.sum()) ** 2 / squares if squares else 0.0
