"""Drift: whether payments, scores and alerts of a later window are still those that the detector was made on."""

import numpy as np
from numpy.typing import NDArray

from models.fraud.features import FeatureTable
from models.fraud.training_record import Drift

BINS = 10
ALARM = 0.2
"""A population stability index from which one speaks of a shift that matters (0.1: look; Siddiqi 2006)."""

PRECISION_LOSS = 0.5
"""Share of its alert precision that a detector may lose before it is an alarm."""


def drift_between(
    before: FeatureTable,
    after: FeatureTable,
    *,
    scores: tuple[NDArray[np.float64], NDArray[np.float64]],
    alert_precision: tuple[float | None, float | None],
) -> Drift:
    """The drift from one window to another; `scores` and `alert_precision` are before and after."""
    indices = {name: psi(before.values[:, place], after.values[:, place]) for place, name in enumerate(after.names)}
    score = psi(scores[0], scores[1])
    alarms = [f"{name} has shifted: PSI {value:.2f}" for name, value in indices.items() if value >= ALARM]
    if score >= ALARM:
        alarms.append(f"scores have shifted: PSI {score:.2f}")
    then, now = alert_precision
    if then is not None and now is not None and now < then * (1 - PRECISION_LOSS):
        alarms.append(f"alert precision fell from {then:.2f} to {now:.2f}")
    return Drift(
        features={name: round(value, 4) for name, value in indices.items()},
        score=round(score, 4),
        alert_precision_before=then,
        alert_precision=now,
        alarms=alarms,
    )


def psi(before: NDArray[np.float64], after: NDArray[np.float64], bins: int = BINS) -> float:
    """Population stability index: sum of (a - b) * ln(a / b) over bins that hold equal parts of `before`.

    What is not known (NaN) is a bin of its own. 0 when either is empty.
    """
    if not len(before) or not len(after):
        return 0.0
    known = before[np.isfinite(before)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1])) if len(known) else np.empty(0)
    shares = []
    for values in (before, after):
        place = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right"))
        counts = np.bincount(place.astype(np.int64), minlength=len(edges) + 2)
        shares.append((counts + 0.5) / (len(values) + 0.5 * len(counts)))  # no share is zero, so that logs exist
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


def alert_precision(scores: NDArray[np.float64], fraud: NDArray[np.bool_], review: float) -> float | None:
    """Frauds among payments scored at or above the review threshold; None where there are none."""
    flagged = scores >= review
    return float(fraud[flagged].mean()) if flagged.any() else None
