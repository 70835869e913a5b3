"""The three opinions that a verdict is made of: boosted trees, a random forest, and the distance to normal traffic."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.network_security.encoding import Encoding
from models.network_security.feature_table import FeatureTable
from models.network_security.normality import Normality

if TYPE_CHECKING:
    from xgboost import Booster

BOOSTER: Final[dict[str, float | int | str]] = {
    "objective": "binary:logistic",
    "tree_method": "hist",
    "max_depth": 6,
    "eta": 0.3,
}
ROUNDS: Final = 200
FOREST: Final[dict[str, float | int | str]] = {"n_estimators": 60, "max_features": 3, "class_weight": "balanced"}
BOOSTER_FLOOR: Final = 0.005
"""Log-odds of the members end where their probabilities are this near to 0 or 1: beyond, they are noise."""
FOREST_FLOOR: Final = 0.01
DISTANCE_FLOOR: Final = 0.05
LEAST_CATEGORY: Final = 20
FEW_ROWS: Final = 50_000
"""Up to this many rows one thread is used: several gain little, and wait long for each other on a busy machine."""


@dataclass(frozen=True, eq=False)
class Opinions:
    """What the members say of each record: log-odds of the trees, of the forest, and log distance to normal."""

    booster: NDArray[np.float64]
    forest: NDArray[np.float64]
    distance: NDArray[np.float64]
    nearest: NDArray[np.intp]

    @property
    def supervised(self) -> NDArray[np.float64]:
        """Mean of the two log-odds."""
        return (self.booster + self.forest) / 2

    @property
    def novelty(self) -> NDArray[np.float64]:
        """Log of the distance, which separates near from far on one scale."""
        return np.log(self.distance + DISTANCE_FLOOR)


@dataclass(frozen=True, eq=False)
class Members:
    """Fitted members; they read the same encoding."""

    encoding: Encoding
    booster: "Booster"
    forest: Any
    normality: Normality

    @classmethod
    def fit(cls, table: FeatureTable, malicious: NDArray[np.bool_], seed: int) -> Self:
        """Fit on labelled records; the distance is to normal ones alone."""
        import xgboost  # noqa: PLC0415 - xgboost where it is used
        from sklearn.ensemble import RandomForestClassifier  # noqa: PLC0415 - scikit-learn where it is used

        least = min(LEAST_CATEGORY, max(2, len(table) // 500))
        encoding = Encoding.fit(table, least=least)
        matrix = encoding.matrix(table)
        rows = xgboost.DMatrix(matrix, malicious.astype(np.float32), feature_names=column_names(encoding))
        booster = xgboost.train({**BOOSTER, "seed": seed, "nthread": threads(len(table))}, rows, ROUNDS)
        forest = RandomForestClassifier(**FOREST, random_state=seed, n_jobs=threads(len(table))).fit(matrix, malicious)
        forest.set_params(n_jobs=1)  # threads would add up the trees' votes in any order
        return cls(encoding, booster, forest, Normality.fit(table[~malicious], seed=seed, least=least))

    def opinions(self, table: FeatureTable) -> Opinions:
        """What each member says. Raises ValueError for records of another feature space."""
        import xgboost  # noqa: PLC0415 - xgboost where it is used

        matrix = self.encoding.matrix(table)
        rows = xgboost.DMatrix(matrix, feature_names=column_names(self.encoding), nthread=threads(len(table)))
        self.booster.set_param({"nthread": threads(len(table))})
        boosted = self.booster.predict(rows).astype(np.float64)
        voted = self.forest.predict_proba(matrix)[:, 1]
        distance, nearest = self.normality.nearest(table)
        return Opinions(_log_odds(boosted, BOOSTER_FLOOR), _log_odds(voted, FOREST_FLOOR), distance, nearest)

    def shap(self, table: FeatureTable) -> NDArray[np.float64]:
        """TreeSHAP of the boosted trees: each encoded column's share in their log-odds, and their bias last."""
        import xgboost  # noqa: PLC0415 - xgboost where it is used

        rows = xgboost.DMatrix(
            self.encoding.matrix(table), feature_names=column_names(self.encoding), nthread=threads(len(table))
        )
        return np.asarray(self.booster.predict(rows, pred_contribs=True), np.float64)


def threads(rows: int) -> int:
    """How many threads work on so many rows."""
    return 1 if rows <= FEW_ROWS else 2


def column_names(encoding: Encoding) -> list[str]:
    """Names that xgboost takes: it refuses brackets and less-than signs."""
    return [name.translate(str.maketrans("[]<", "()_")) for name in encoding.columns]


def _log_odds(probability: NDArray[np.float64], floor: float) -> NDArray[np.float64]:
    odds: NDArray[np.float64] = np.log((probability + floor) / (1 - probability + floor))
    return odds
