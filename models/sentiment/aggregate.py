"""What posts say together: a score with a confidence interval, or why there is none."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from models.sentiment.classifier import Floats
from models.sentiment.weighting import effective_count

FEWEST_VOICES: Final = 5
RESAMPLES: Final = 2000
NORMAL: Final = 1.959964  # 97.5 % quantile


class SourceShare(BaseModel):
    """What the posts of one source say."""

    model_config = ConfigDict(frozen=True)

    posts: int = Field(description="Posts that count.")
    weight: float = Field(description="Their share of the whole weight.")
    score: float = Field(description="Their weighted mean, in [-1, 1].")


class Aggregate(BaseModel):
    """Posts together. Without a score `reason` says why."""

    model_config = ConfigDict(frozen=True)

    score: float | None = Field(description="Weighted mean direction in [-1, 1]; null: too few voices for a number.")
    lower: float | None = Field(description="Lower end of the 95 % confidence interval.")
    upper: float | None = Field(description="Upper end.")
    posts: int = Field(description="Posts that count.")
    voices: int = Field(description="Authors and papers they are from.")
    effective_posts: float = Field(description="Posts of equal weight that would say as much (Kish).")
    sources: dict[str, SourceShare] = Field(description="By source.")
    reason: str | None = Field(None, description="Why there is no score.")


def aggregate(
    polarity: Floats, weights: Floats, authors: Sequence[str | None], sources: Sequence[str], seed: int = 0
) -> Aggregate:
    """The weighted mean of polarities in [-1, 1], with a 95 % interval.

    The interval is a bootstrap of authors, as one author's posts are no independent draws (a post without an author
    stands for itself), widened by Student's quantile for the effective number of voices, as a percentile bootstrap of
    few is too narrow. Fewer than five voices: no number.
    """
    names = [author or f"\x00{index}" for index, author in enumerate(authors)]
    _, place = np.unique(
        [f"{source}\x00{name}" for source, name in zip(sources, names, strict=True)], return_inverse=True
    )
    voices = int(place.max()) + 1 if len(place) else 0
    found = {
        "posts": len(polarity),
        "voices": voices,
        "effective_posts": effective_count(weights),
        "sources": {source: _share(source, sources, polarity, weights) for source in sorted(set(sources))},
    }
    if voices < FEWEST_VOICES:
        said = "no post" if not voices else f"posts of {voices} author{'s' if voices > 1 else ''}"
        reason = f"{said} counted, at least {FEWEST_VOICES} different voices are needed"
        return Aggregate(score=None, lower=None, upper=None, reason=reason, **found)
    weight = np.bincount(place, weights).astype(np.float64)
    sums = np.bincount(place, weights * polarity)
    score = float(sums.sum() / weight.sum())
    draws = np.random.default_rng(seed).multinomial(voices, np.full(voices, 1 / voices), RESAMPLES)
    resampled = (draws @ sums) / np.maximum(draws @ weight, 1e-300)
    low, high = np.quantile(resampled, [0.025, 0.975])
    widening = student(effective_count(weight) - 1) / NORMAL * np.sqrt(voices / (voices - 1))
    return Aggregate(
        score=score,
        lower=float(np.clip(score + (low - score) * widening, -1, 1)),
        upper=float(np.clip(score + (high - score) * widening, -1, 1)),
        **found,
    )


def student(freedom: float) -> float:
    """97.5 % quantile of Student's t, within 1 % for three degrees of freedom and more (Hill's expansion)."""
    z, v = NORMAL, max(freedom, 2.0)
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / v + second / v**2 + third / v**3


def _share(source: str, sources: Sequence[str], polarity: Floats, weights: Floats) -> SourceShare:
    mine = np.array([name == source for name in sources])
    weight = float(weights[mine].sum())
    score = float(weights[mine] @ polarity[mine]) / weight if weight else 0.0
    return SourceShare(posts=int(mine.sum()), weight=weight / float(weights.sum()), score=score)
