"""Which class an attack belongs to: boosted trees over attacks alone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.network_security.attack_class import UNKNOWN
from models.network_security.encoding import Encoding
from models.network_security.feature_table import FeatureTable
from models.network_security.members import column_names, threads

if TYPE_CHECKING:
    from xgboost import Booster

PARAMETERS: Final[dict[str, float | int | str]] = {
    "objective": "multi:softprob",
    "tree_method": "hist",
    "max_depth": 4,
    "eta": 0.3,
}
ROUNDS: Final = 40
SURE: Final = 0.5
"""Below this probability of the likeliest class the attack is of an unknown one."""


@dataclass(frozen=True, eq=False)
class AttackClasses:
    """The class model; without a booster there is one class only, and every attack is of it."""

    encoding: Encoding
    classes: tuple[str, ...]
    booster: "Booster | None"

    @classmethod
    def fit(cls, table: FeatureTable, classes: NDArray[np.object_], encoding: Encoding, seed: int) -> Self:
        """Fit on attacks; `classes` names each one's class."""
        import xgboost  # noqa: PLC0415 - xgboost where it is used

        names, labels = np.unique(classes.astype(str), return_inverse=True)
        known = tuple(names.tolist())
        if len(known) < 2:
            return cls(encoding, known, None)
        rows = xgboost.DMatrix(encoding.matrix(table), labels, feature_names=column_names(encoding))
        parameters = {**PARAMETERS, "num_class": len(known), "seed": seed, "nthread": threads(len(table))}
        return cls(encoding, known, xgboost.train(parameters, rows, ROUNDS))

    def name(self, table: FeatureTable) -> NDArray[np.object_]:
        """The class of each record, taken to be an attack; `unknown` where no class is likely."""
        import xgboost  # noqa: PLC0415 - xgboost where it is used

        names = np.array(self.classes, dtype=object)
        if self.booster is None or not len(table):
            return np.full(len(table), names[0] if len(names) else UNKNOWN, dtype=object)
        rows = xgboost.DMatrix(
            self.encoding.matrix(table), feature_names=column_names(self.encoding), nthread=threads(len(table))
        )
        probability = self.booster.predict(rows).reshape(len(table), len(self.classes))
        return np.where(probability.max(axis=1) >= SURE, names[probability.argmax(axis=1)], UNKNOWN)
