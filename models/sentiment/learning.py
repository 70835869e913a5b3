"""From labelled posts to a classifier with a card: split, fit, calibrate, measure on the rest."""

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np

from models.sentiment.calibration import fit_calibration
from models.sentiment.card import Measures, SentimentCard, TrainingPosts
from models.sentiment.classifier import Classifier, Floats
from models.sentiment.duplicates import duplicate_groups
from models.sentiment.evaluation import label_counts, measure
from models.sentiment.storage import TrainedClassifier, files_digest, save_classifier
from models.sentiment.training import Indices, TfidfRecipe
from models.sentiment.wording import worded

HELD_OUT: Final = 5  # one group in so many
FEWEST_POSTS: Final = 300
FEWEST_OF_A_LABEL: Final = 30
Step = Callable[[str, float], None]


class TooFewPostsError(ValueError):
    """Not enough labelled posts to train and to measure; the message says how many there are."""


@dataclass(frozen=True)
class LabelledPosts:
    """Texts with their labels (places in `LABELS`), and what they are."""

    texts: Sequence[str]
    labels: Indices
    source: str
    limits: tuple[str, ...] = ()

    def digest(self) -> str:
        """SHA-256 of texts and labels in their order."""
        digest = hashlib.sha256()
        for text, label in zip(self.texts, self.labels, strict=True):
            digest.update(f"{label}\t{len(text)}\t{text}\n".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


@dataclass(frozen=True)
class Split:
    """Posts to train on and posts held out; near-duplicates are on the same side."""

    groups: Indices
    trained: Indices
    held_out: Indices


class Recipe(Protocol):
    """How a variant is made."""

    @property
    def variant(self) -> str:
        """Its name."""

    def settings(self) -> dict[str, float | int | str]:
        """What it depends on besides the posts."""

    def unseen(self, texts: Sequence[str], labels: Indices) -> Callable[[Indices, Indices], Floats]:
        """A function that fits on the posts at the first indices and gives margins of those at the second."""

    def classifier(
        self, texts: Sequence[str], labels: Indices, calibration: tuple[Floats, Floats], card: SentimentCard
    ) -> TrainedClassifier:
        """The classifier of all the posts."""


@dataclass(frozen=True)
class Training:
    """A trained classifier, and the posts held out that its measures are from."""

    classifier: TrainedClassifier
    posts: LabelledPosts
    split: Split

    def measured(self, rival: Classifier) -> Measures:
        """Measures of another classifier on the same posts held out."""
        texts, labels, groups = held_out(self.posts, self.split)
        return measure(rival, texts, labels, groups)


def split_posts(posts: LabelledPosts) -> Split:
    """One group of near-duplicates in five is held out, chosen by the digest of its first text.

    So the same post is held out whenever it comes back in a larger file, and no classifier that was trained here has
    seen the posts that it is compared on.
    """
    groups = np.array(duplicate_groups(posts.texts), dtype=np.int64)
    kept = {group: _chosen(posts.texts[group]) for group in set(groups.tolist())}
    out = np.array([kept[group] for group in groups.tolist()])
    return Split(groups, np.flatnonzero(~out), np.flatnonzero(out))


def held_out(posts: LabelledPosts, split: Split) -> tuple[list[str], Indices, list[int]]:
    """Texts, labels and groups of the posts held out."""
    return (
        [posts.texts[index] for index in split.held_out],
        posts.labels[split.held_out],
        split.groups[split.held_out].tolist(),
    )


def train_classifier(posts: LabelledPosts, recipe: Recipe | None = None, on_step: Step | None = None) -> Training:
    """Fit on four fifths, calibrate on folds of these, measure on the rest. The same for the same posts.

    `recipe` is the TF-IDF variant's where none is given. Raises `TooFewPostsError` below 300 posts, or 30 of a label.
    """
    require_enough(posts.labels)
    recipe, show = recipe or TfidfRecipe(), on_step or _unseen
    show("looking for near-duplicates", 0.0)
    split = split_posts(posts)
    texts, labels = [posts.texts[index] for index in split.trained], posts.labels[split.trained]
    groups = split.groups[split.trained].tolist()
    calibration = fit_calibration(
        labels, groups, recipe.unseen(texts, labels), lambda step, share: show(step, 0.1 + 0.6 * share)
    )
    show("fitting", 0.75)
    draft = recipe.classifier(texts, labels, calibration, _draft_card(posts, split, recipe))
    show("measuring", 0.9)
    return Training(_finished(draft, measure(draft, *held_out(posts, split))), posts, split)


def require_enough(labels: Indices) -> None:
    """Raise `TooFewPostsError` where a classifier could neither be trained nor measured."""
    counts = label_counts(labels)
    if len(labels) < FEWEST_POSTS or min(counts.values()) < FEWEST_OF_A_LABEL:
        raise TooFewPostsError(
            f"{len(labels)} labelled posts ({', '.join(f'{count} {label}' for label, count in counts.items())}): at "
            f"least {FEWEST_POSTS} are needed, and {FEWEST_OF_A_LABEL} of each label."
        )


def _finished(draft: TrainedClassifier, measures: Measures) -> TrainedClassifier:
    """The draft with its digest, version and measures."""
    with tempfile.TemporaryDirectory(prefix="sentiment-") as folder:
        save_classifier(replace(draft, card=draft.card.model_copy(update={"measures": measures})), Path(folder))
        digest = files_digest(Path(folder))
    version = f"{datetime.now(UTC):%Y-%m-%d}-{digest[:8]}"
    return replace(draft, digest=digest, card=draft.card.model_copy(update={"version": version, "measures": measures}))


def _draft_card(posts: LabelledPosts, split: Split, recipe: Recipe) -> SentimentCard:
    data = TrainingPosts(
        source=posts.source,
        sha256=posts.digest(),
        posts=len(posts.texts),
        by_label=label_counts(posts.labels),
        duplicates=len(posts.texts) - len(set(split.groups.tolist())),
        trained_on=len(split.trained),
        held_out=len(split.held_out),
    )
    known: dict[str, Any] = {
        "variant": recipe.variant,
        "version": "",
        "data": data,
        "parameters": recipe.settings(),
        "limits": posts.limits,
    }
    return SentimentCard.model_construct(**known)


def _chosen(text: str) -> bool:
    return hashlib.sha256(worded(text).encode("utf-8", "surrogatepass")).digest()[0] % HELD_OUT == 0


def _unseen(step: str, share: float) -> None:
    """Nobody looks."""
