"""Records as features: a matrix of numbers and a matrix of categories."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.network_security.feature_space import FeatureSpace


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """`numeric` is (records, numeric features) of finite float64, `categorical` (records, categories) of text."""

    space: FeatureSpace
    numeric: NDArray[np.float64]
    categorical: NDArray[np.object_]

    def __post_init__(self) -> None:
        rows = len(self.numeric)
        if self.numeric.shape != (rows, len(self.space.numeric)):
            raise ValueError("the numbers do not have the columns of their feature space")
        if self.categorical.shape != (rows, len(self.space.categorical)):
            raise ValueError("the categories do not have the columns of their feature space")

    def __len__(self) -> int:
        return len(self.numeric)

    def __getitem__(self, rows: "NDArray[np.bool_] | NDArray[np.intp] | slice") -> "FeatureTable":
        return FeatureTable(self.space, self.numeric[rows], self.categorical[rows])

    def value(self, row: int, feature: str) -> Any:
        """One feature of one record: a float or a text."""
        if feature in self.space.categorical:
            return str(self.categorical[row, self.space.categorical.index(feature)])
        return float(self.numeric[row, self.space.numeric.index(feature)])
