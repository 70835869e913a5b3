"""Novelty where no model was trained: against a baseline of benign traffic, or against the rest of the same file."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.network_security.feature_table import FeatureTable
from models.network_security.normality import Normality
from models.network_security.reason import Reason
from models.network_security.reasons import novel_reasons

KEPT_SHARE: Final = 0.2
"""Of a baseline, the part that sets the threshold and is not learnt from."""
FALSE_ALARMS: Final = 0.001
FAR_OUT: Final = 3.0
"""Tukey's fence: this many interquartile ranges above the upper quartile."""
LEAST_DISTANCE: Final = 0.5
"""Half of all quantiles away in one feature, or about as much in several: nearer is not new."""
LEAST_RECORDS: Final = 50


@dataclass(frozen=True, eq=False)
class Novelty:
    """How new each record is (0 to 1), which are new, and how that was told."""

    novelty: NDArray[np.float64]
    new: NDArray[np.bool_]
    _table: FeatureTable
    _parts: tuple[tuple[Normality, NDArray[np.intp], NDArray[np.intp]], ...]
    how: str

    def explain(self, rows: NDArray[np.intp]) -> dict[int, tuple[Reason, ...]]:
        """What sets these records apart from the nearest normal ones."""
        reasons: dict[int, tuple[Reason, ...]] = {}
        for normality, own, nearest in self._parts:
            chosen = np.isin(own, rows)
            found = novel_reasons(normality, self._table[own[chosen]], nearest[chosen])
            reasons.update(zip(own[chosen].tolist(), found, strict=True))
        return reasons


def against_baseline(table: FeatureTable, baseline: FeatureTable, seed: int = 0) -> Novelty:
    """Novelty beside benign traffic: new is what is farther off than all but `FALSE_ALARMS` of kept baseline records.

    Split-conformal (Vovk 2005; Bates 2023): the promise holds for records that are like the baseline.
    """
    kept = np.random.default_rng(seed).random(len(baseline)) < KEPT_SHARE
    if min(int(kept.sum()), int((~kept).sum())) < LEAST_RECORDS // 5:
        raise ValueError(f"the baseline holds {len(baseline)} records; at least {LEAST_RECORDS} are needed")
    normality = Normality.fit(baseline[~kept], seed=seed, least=2)
    usual = np.sort(normality.nearest(baseline[kept])[0])
    limit = max(float(np.quantile(usual, 1 - FALSE_ALARMS, method="higher")), LEAST_DISTANCE)
    distance, nearest = normality.nearest(table)
    return Novelty(
        np.searchsorted(usual, distance, side="left") / len(usual),
        distance > limit,
        table,
        ((normality, np.arange(len(table)), nearest),),
        f"farther from the baseline's {len(baseline):,} records than {1 - FALSE_ALARMS:.1%} of those kept aside are",
    )


def against_itself(table: FeatureTable, seed: int = 0) -> Novelty | None:
    """Novelty beside the other half of the same file, taken at random; None for too few records.

    What a file holds often is not new in it, an attack of many flows neither: that is for the rules to find.
    """
    if len(table) < LEAST_RECORDS:
        return None
    half = np.random.default_rng(seed).permutation(len(table)) % 2 == 0
    distance, parts = np.zeros(len(table)), []
    for own in (half, ~half):
        normality = Normality.fit(table[~own], seed=seed, least=2)
        rows = np.flatnonzero(own)
        distance[rows], nearest = normality.nearest(table[rows])
        parts.append((normality, rows, nearest))
    lower, upper = np.quantile(distance, [0.25, 0.75])
    limit = max(float(upper + FAR_OUT * (upper - lower)), LEAST_DISTANCE)
    order = np.argsort(np.argsort(distance, kind="stable"), kind="stable")
    return Novelty(
        order / max(len(table) - 1, 1),
        distance > limit,
        table,
        tuple(parts),
        "far out (Tukey) beside the other half of the same file",
    )
