"""The forests: one that learns frauds, and one that learns what is usual, for frauds that no label covers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from models.fraud.features import FeatureTable

if TYPE_CHECKING:
    from sklearn.ensemble import IsolationForest, RandomForestClassifier

TREES, SMALLEST_LEAF, COLUMNS = 100, 3, 0.3
MOST_GENUINE = 60_000
"""Genuine payments that a forest learns from, drawn at random and weighted up; all frauds are kept."""

MOST_USUAL, USUAL_TREES = 200_000, 100
NOT_KNOWN = -1.0
"""What stands for a feature about which nothing is known in the isolation forest, which takes numbers only."""

FEW_ROWS = 20_000
"""Up to this many rows one process scores: several gain little."""


@dataclass(frozen=True, eq=False)
class Forest:
    """A random forest and the features that it reads."""

    features: tuple[str, ...]
    model: "RandomForestClassifier"

    @classmethod
    def fit(
        cls, table: FeatureTable, fraud: NDArray[np.bool_], features: tuple[str, ...], seed: int, trees: int = TREES
    ) -> Self:
        """Fit on labelled rows; the same for the same seed."""
        from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415 - scikit-learn where it is used

        rows, weights = thinned(fraud, seed)
        model = RandomForestClassifier(
            trees, min_samples_leaf=SMALLEST_LEAF, max_features=COLUMNS, random_state=seed, n_jobs=-1
        )
        model.fit(table[rows].select(features).astype(np.float32), fraud[rows], weights)
        return cls(features, model)

    def log_odds(self, table: FeatureTable) -> NDArray[np.float64]:
        """Log-odds of fraud, one a row, kept within what a forest of this size can tell."""
        if not len(table.values):
            return np.empty(0)
        self.model.n_jobs = 1 if len(table.values) <= FEW_ROWS else -1
        share = self.model.predict_proba(table.select(self.features).astype(np.float32))[:, 1]
        bounded = np.clip(share, 1e-4, 1 - 1e-4)
        return np.asarray(np.log(bounded / (1 - bounded)), np.float64)


@dataclass(frozen=True, eq=False)
class Novelty:
    """An isolation forest: how unlike other payments one is, whatever the labels say (Liu et al. 2008)."""

    features: tuple[str, ...]
    model: "IsolationForest"

    @classmethod
    def fit(cls, table: FeatureTable, features: tuple[str, ...], seed: int) -> Self:
        """Fit on payments of any kind, up to `MOST_USUAL` of them drawn at random."""
        from sklearn.ensemble import IsolationForest  # noqa: PLC0415 - scikit-learn where it is used

        rows = np.arange(len(table.values))
        if len(rows) > MOST_USUAL:
            rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_USUAL, replace=False))
        model = IsolationForest(n_estimators=USUAL_TREES, random_state=seed, n_jobs=1)
        model.fit(_numbers(table[rows], features))
        return cls(features, model)

    def score(self, table: FeatureTable) -> NDArray[np.float64]:
        """Anomaly score in 0..1, one a row; about 0.5 is usual, towards 1 is not."""
        if not len(table.values):
            return np.empty(0)
        return -np.asarray(self.model.score_samples(_numbers(table, self.features)), np.float64)


def thinned(fraud: NDArray[np.bool_], seed: int, most: int = MOST_GENUINE) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """All frauds and at most `most` genuine rows at random, in their order, and weights that make up for the rest."""
    genuine = np.flatnonzero(~fraud)
    kept = genuine
    if len(genuine) > most:
        kept = np.random.default_rng(seed).choice(genuine, most, replace=False)
    rows = np.sort(np.concatenate([np.flatnonzero(fraud), kept]))
    return rows, np.where(fraud[rows], 1.0, len(genuine) / max(len(kept), 1))


def _numbers(table: FeatureTable, features: tuple[str, ...]) -> NDArray[np.float32]:
    return np.nan_to_num(table.select(features), nan=NOT_KNOWN).astype(np.float32)
