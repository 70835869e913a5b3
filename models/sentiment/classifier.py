"""What every classifier of posts can do."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.sentiment.label import BEARISH, BULLISH

Floats = NDArray[np.float64]


class Classifier(Protocol):
    """Tells bearish, bullish and neutral posts apart."""

    @property
    def name(self) -> str:
        """Kind of model."""

    @property
    def version(self) -> str:
        """Version of its weights."""

    @property
    def digest(self) -> str:
        """SHA-256 of its weights."""

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """Of each text, the probability of each of `LABELS`: shape (texts, 3), rows sum to 1."""

    def decisions(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Place in `LABELS` of the one label of each text."""


def polarity(probabilities: Floats) -> Floats:
    """Expected direction of each post in [-1, 1]: the probability of bullish less that of bearish."""
    difference: Floats = probabilities[:, BULLISH] - probabilities[:, BEARISH]
    return difference
