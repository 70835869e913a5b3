"""The booster and the forests together: a calibrated second opinion, for who has time to wait for it."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.fraud.decision import CostMatrix, Thresholds
from models.fraud.detector import CARD, SHIPPED_WEIGHTS, FraudDetector, WeightsMismatchError
from models.fraud.features import FeatureTable
from models.fraud.forest import Forest, Novelty
from models.fraud.model_card import EnsembleCard
from models.network_security.weights_file import WeightsMismatchError as ForestMismatchError
from models.network_security.weights_file import dump_forest, load_forest

FOREST, NOVELTY = "forest.skops", "novelty.skops"
NOVEL_SHARE = 0.001
"""Share of payments of the calibration week that the novelty threshold would have called unusual."""


class Ensemble:
    """A detector with its forests. The detector alone stays quick; who loads an ensemble pays for the forests."""

    def __init__(self, detector: FraudDetector, forest: Forest, novelty: Novelty, files: dict[str, bytes]) -> None:
        if detector.card.ensemble is None:
            raise ValueError("the detector's card says nothing of forests")
        self.detector, self.forest, self.novelty, self.files = detector, forest, novelty, files
        self.card: EnsembleCard = detector.card.ensemble

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read card, booster and forests. Raises WeightsMismatchError when a file is not the card's or holds more."""
        detector = FraudDetector.load(folder)
        card = detector.card.ensemble
        if card is None:
            raise WeightsMismatchError(f"{CARD} names no forests; train a detector again to get them")
        if absent := [name for name in card.sha256 if not (folder / name).exists()]:
            raise WeightsMismatchError(f"{CARD} names {', '.join(absent)}, which is not there; train a detector again")
        files = {name: (folder / name).read_bytes() for name in card.sha256}
        for name, expected in card.sha256.items():
            if sha256(files[name]).hexdigest() != expected:
                raise WeightsMismatchError(
                    f"{name} is not the file that {CARD} describes; restore both from one release"
                )
        try:
            forest, novelty = load_forest(files[FOREST]), load_forest(files[NOVELTY])
        except ForestMismatchError as error:
            raise WeightsMismatchError(str(error)) from error
        return cls(detector, Forest(card.features, forest), Novelty(card.novelty_features, novelty), files)

    def save(self, folder: Path) -> list[Path]:
        """Write the detector's files and the forests; returns them."""
        written = self.detector.save(folder)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)
        return [*written[:-1], *(folder / name for name in self.files), written[-1]]

    def score(self, features: FeatureTable) -> NDArray[np.float64]:
        """Calibrated probability of fraud, one a row; the booster's alone where no label is known from before."""
        if features.history != "labelled":
            return self.detector.score(features)
        return self.card.combine(self.detector.log_odds(features), self.forest.log_odds(features))

    def unusual(self, features: FeatureTable) -> NDArray[np.bool_]:
        """Which rows are unlike anything, whatever the probability of fraud says."""
        return self.novelty.score(features) >= self.card.novelty_threshold


@lru_cache(maxsize=2)
def load_ensemble(folder: Path = SHIPPED_WEIGHTS) -> Ensemble:
    """The ensemble in a folder whose content does not change, read once a process; the shipped one by default."""
    return Ensemble.load(folder)


@dataclass(frozen=True, eq=False)
class CalibrationWeek:
    """A week that no member has seen: opinions of members fitted before it, labels and amounts."""

    booster: NDArray[np.float64]
    forest: NDArray[np.float64]
    novelty: NDArray[np.float64]
    fraud: NDArray[np.bool_]
    amount: NDArray[np.int64]


def combine(
    week: CalibrationWeek, forest: Forest, novelty: Novelty, costs: CostMatrix
) -> tuple[EnsembleCard, dict[str, bytes]]:
    """How much each member counts (logistic regression, no weight below zero), thresholds, and the forests' files."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - scikit-learn where it is used

    opinions = np.column_stack([week.booster, week.forest])
    fitted = LogisticRegression(C=1.0).fit(opinions, week.fraud)
    weights = fitted.coef_[0]
    if weights.min() < 0:  # members agree so well that one is taken against the other: count the sum of both
        fitted = LogisticRegression(C=1.0).fit(opinions.sum(axis=1, keepdims=True), week.fraud)
        weights = np.repeat(max(float(fitted.coef_[0, 0]), 1e-6), 2)
    files = {FOREST: dump_forest(forest.model), NOVELTY: dump_forest(novelty.model)}
    card = EnsembleCard(
        booster_weight=float(weights[0]),
        forest_weight=float(weights[1]),
        intercept=float(fitted.intercept_[0]),
        features=forest.features,
        novelty_features=novelty.features,
        novelty_threshold=float(np.quantile(week.novelty, 1 - NOVEL_SHARE)),
        thresholds=Thresholds(review=1, block=1),
        sha256={name: sha256(content).hexdigest() for name, content in files.items()},
    )
    scores = card.combine(week.booster, week.forest)
    return card.model_copy(update={"thresholds": Thresholds.cheapest(costs, scores, week.fraud, week.amount)}), files
