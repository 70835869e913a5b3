"""Whether the prices of today are still like those that a network was trained on."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.forecasting.network.card import Histogram, NetworkCard
from models.forecasting.network.features import features
from models.forecasting.series import PriceSeries

DRIFTED: Final = 0.25
"""Population stability index from which a feature counts as drifted, by the usual rule (Siddiqi 2006)."""

LEAST_SHARE: Final = 1e-4
STANDING: Final = ("known", "timeframe", "reference_known", "sentiment_known", "hour", "weekday")
"""Features that tell the setting, not the market: they never drift."""


def stability_index(reference: Histogram, values: NDArray[np.float32]) -> float:
    """Population stability index: sum of (now - then) * log(now / then) over the bins; 0 is no change."""
    counts = np.bincount(
        np.searchsorted(np.array(reference.edges), values, side="left"), minlength=len(reference.shares)
    )
    now = np.maximum(counts / max(len(values), 1), LEAST_SHARE)
    then = np.maximum(np.array(reference.shares), LEAST_SHARE)
    return float(np.sum((now - then) * np.log(now / then)))


def feature_drift(card: NetworkCard, series: PriceSeries, newest: int) -> dict[str, float]:
    """Stability index of each feature over the `newest` steps of a series, against the training on the card."""
    names = tuple(name for name in card.features if name in card.histograms and not name.startswith(STANDING))
    seen = features(series, names)[-newest:]
    return {name: stability_index(card.histograms[name], seen[:, column]) for column, name in enumerate(names)}
