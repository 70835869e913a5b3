"""The gradient-boosted detector: loaded once a process, checked against its card, scored and explained."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from models.fraud.features import FeatureTable, History
from models.fraud.metrics import Metrics
from models.fraud.model_card import ModelCard, Variant

if TYPE_CHECKING:
    from xgboost import Booster

SHIPPED_WEIGHTS = Path(__file__).parent / "weights"
CARD = "card.json"
FEW_ROWS = 2000
"""Up to this many rows one thread is used: several gain little, and wait long for each other on a busy machine."""


class WeightsMismatchError(ValueError):
    """A weights file is not the one that the model card names."""


class FraudDetector:
    """Boosters for payments with and without labelled history, and the card that says how to read them."""

    def __init__(self, card: ModelCard, boosters: "Mapping[str, Booster]") -> None:
        self.card = card
        self.boosters = boosters
        self._threads: dict[str, int] = {}

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read `card.json` and the weights that it names. Raises WeightsMismatchError when a digest differs."""
        from xgboost import Booster  # noqa: PLC0415 - xgboost where it is used

        card = ModelCard.model_validate_json((folder / CARD).read_bytes())
        boosters = {}
        for name, expected in card.sha256.items():
            weights = (folder / name).read_bytes()
            if hashlib.sha256(weights).hexdigest() != expected:
                raise WeightsMismatchError(
                    f"{name} is not the file that {CARD} describes; restore both from one release"
                )
            boosters[name] = Booster(model_file=bytearray(weights))
        return cls(card, boosters)

    def save(self, folder: Path) -> list[Path]:
        """Write the card and the weights; returns the files."""
        folder.mkdir(parents=True, exist_ok=True)
        files = []
        for name, booster in self.boosters.items():
            files.append(folder / name)
            files[-1].write_bytes(booster.save_raw("ubj"))
        files.append(folder / CARD)
        files[-1].write_text(self.card.model_dump_json(indent=2) + "\n")
        return files

    def with_metrics(self, metrics: Mapping[History, Metrics]) -> Self:
        """The same detector with measures written on its card."""
        variants = {
            name: variant.model_copy(update={"metrics": metrics[name]}) for name, variant in self.card.variants.items()
        }
        return type(self)(self.card.model_copy(update={"variants": variants}), self.boosters)

    @property
    def weights_sha256(self) -> str:
        """One digest for all weights files."""
        listed = "\n".join(f"{digest}  {name}" for name, digest in sorted(self.card.sha256.items()))
        return hashlib.sha256(listed.encode()).hexdigest()

    def variant(self, history: History) -> Variant:
        """How payments with that kind of history are scored."""
        return self.card.variants[history]

    def score(self, features: FeatureTable) -> NDArray[np.float64]:
        """Calibrated probability of fraud, one a row."""
        return self.variant(features.history).calibration.apply(self.log_odds(features))

    def log_odds(self, features: FeatureTable) -> NDArray[np.float64]:
        """What the booster says before calibration, one a row."""
        if not len(features.values):
            return np.empty(0)
        return self._predict(features, output_margin=True).astype(np.float64)

    def contributions(self, features: FeatureTable) -> NDArray[np.float64]:
        """TreeSHAP: how much each of the variant's features moves a row's calibrated log-odds; rows by features.

        With the last column, the log-odds of a row about which nothing is known, a row sums to its score's log-odds.
        """
        variant = self.variant(features.history)
        if not len(features.values):
            return np.empty((0, len(variant.features) + 1))
        shares = self._predict(features, pred_contribs=True).astype(np.float64) * variant.calibration.slope
        shares[:, -1] += variant.calibration.intercept
        return shares

    def _predict(self, features: FeatureTable, **how: bool) -> NDArray[np.float32]:
        from xgboost import DMatrix  # noqa: PLC0415 - xgboost where it is used

        variant = self.variant(features.history)
        booster = self.boosters[variant.weights]
        threads = 1 if len(features.values) <= FEW_ROWS else 0
        if self._threads.get(variant.weights) != threads:  # to set it costs as much as three predictions of a row
            booster.set_param({"nthread": threads})
            self._threads[variant.weights] = threads
        rows = DMatrix(features.select(variant.features), feature_names=list(variant.features), nthread=threads)
        predicted: NDArray[np.float32] = booster.predict(rows, **how)
        return predicted


@lru_cache(maxsize=4)
def load_detector(folder: Path = SHIPPED_WEIGHTS) -> FraudDetector:
    """The detector in a folder whose content does not change, read once a process; the shipped one by default."""
    return FraudDetector.load(folder)
