"""How unlike anything normal a record is: its distance to the nearest normal record, in a space of quantiles.

Each number is replaced by the share of normal records that have a smaller one, so that bytes and rates weigh the same
and a value beyond all normal ones is at the edge; a category that differs counts `CATEGORY_WEIGHT`. The distance to the
nearest neighbour is a density estimate (Loftsgaarden and Quesenberry 1965) that needs no shape assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from models.network_security.encoding import Encoding
from models.network_security.feature_table import FeatureTable

CATEGORY_WEIGHT: Final = 0.7
LEVELS: Final = 255
MOST_NORMALS: Final = 16_000
QUANTILES: Final = 257


@dataclass(frozen=True, eq=False)
class Normality:
    """Normal records as quantiles in steps of 1/255, and how to bring others into their space.

    `grid`: (quantiles, numeric features), each column rising. `normals`: (records, encoded columns) of 0 to 255.
    """

    encoding: Encoding
    grid: NDArray[np.float64]
    normals: NDArray[np.uint8]

    @classmethod
    def fit(cls, table: FeatureTable, *, seed: int = 0, least: int = 20) -> Self:
        """Learn from normal records alone; of more than `MOST_NORMALS` distinct ones a random part is kept."""
        if not len(table):
            raise ValueError("there are no normal records to learn from")
        encoding = Encoding.fit(table, least=least)
        grid = np.quantile(table.numeric, np.linspace(0, 1, QUANTILES), axis=0)
        empty = cls(encoding, grid, np.empty((0, len(encoding.columns)), np.uint8))
        distinct = np.unique(empty.place(table), axis=0)
        if len(distinct) > MOST_NORMALS:
            chosen = np.random.default_rng(seed).choice(len(distinct), MOST_NORMALS, replace=False)
            distinct = distinct[np.sort(chosen)]
        return cls(encoding, grid, distinct)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """What it knows, as arrays for a file; categories are packed to bits."""
        apart = len(self.encoding.columns) - len(self.encoding.space.numeric)
        return {
            "grid": self.grid,
            "categories": np.packbits(self.normals[:, :apart] > 0, axis=1),
            "quantiles": self.normals[:, apart:],
        }

    @classmethod
    def from_arrays(cls, encoding: Encoding, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The inverse of `to_arrays`."""
        apart = len(encoding.columns) - len(encoding.space.numeric)
        categories = np.unpackbits(arrays["categories"], axis=1, count=apart) * np.uint8(LEVELS)
        return cls(encoding, arrays["grid"], np.concatenate([categories, arrays["quantiles"]], axis=1))

    def place(self, table: FeatureTable) -> NDArray[np.uint8]:
        """Records in the space of quantiles, in steps of 1/255."""
        quantiles = np.empty(table.numeric.shape)
        levels = np.linspace(0, 1, len(self.grid))
        for column, values in enumerate(table.numeric.T):
            grid = self.grid[:, column]
            # The middle of the quantiles that a value holds: rates are 0 in most records, bytes in many.
            upper = np.interp(values, grid, levels)
            lower = 1 - np.interp(-values, -grid[::-1], levels)
            quantiles[:, column] = (upper + lower) / 2
        one_hot = self.encoding.one_hot(table)
        placed: NDArray[np.uint8] = np.rint(np.concatenate([one_hot, quantiles], axis=1) * LEVELS).astype(np.uint8)
        return placed

    def nearest(self, table: FeatureTable) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Distance to the nearest normal record, and which one of `normals` it is."""
        from sklearn.metrics import pairwise_distances_argmin_min  # noqa: PLC0415 - scikit-learn where it is used

        found, distances = pairwise_distances_argmin_min(self._scaled(self.place(table)), self._scaled(self.normals))
        return np.asarray(distances, np.float64), np.asarray(found, np.intp)

    def differences(self, table: FeatureTable, nearest: NDArray[np.intp]) -> NDArray[np.float64]:
        """Each feature's share of the squared distance to the nearest normal record; records by features, a row
        sums to 1.

        Features are in the order of `space.categorical`, then `space.numeric`.
        """
        apart = (self._scaled(self.place(table)) - self._scaled(self.normals[nearest])).astype(np.float64) ** 2
        names = (*self.encoding.space.categorical, *self.encoding.space.numeric)
        owner = np.array([names.index(feature) for feature in self.encoding.features])
        shares = np.zeros((len(table), len(names)))
        np.add.at(shares.T, owner, apart.T)
        total = shares.sum(axis=1, keepdims=True)
        parts: NDArray[np.float64] = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)
        return parts

    def _scaled(self, placed: NDArray[np.uint8]) -> NDArray[np.float32]:
        scaled = placed.astype(np.float32) / np.float32(LEVELS)
        scaled[:, : len(self.encoding.columns) - len(self.encoding.space.numeric)] *= CATEGORY_WEIGHT
        return scaled
