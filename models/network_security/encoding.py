"""From a table of features to the matrix that trees and distances take: categories one-hot, numbers as they are."""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from models.network_security.feature_space import FeatureSpace
from models.network_security.feature_table import FeatureTable


class Encoding(BaseModel):
    """The categories that have a column of their own; all others, new ones too, are zero in every column."""

    model_config = ConfigDict(frozen=True)

    space: FeatureSpace
    categories: dict[str, tuple[str, ...]] = Field(description="By categorical feature, sorted.")

    @classmethod
    def fit(cls, table: FeatureTable, *, least: int = 20) -> Self:
        """Categories seen at least `least` times."""
        categories = {}
        for column, name in enumerate(table.space.categorical):
            found, counts = np.unique(table.categorical[:, column].astype(str), return_counts=True)
            categories[name] = tuple(found[counts >= least].tolist())
        return cls(space=table.space, categories=categories)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the matrix's columns: `service=http` …, then the numbers."""
        encoded = (f"{name}={value}" for name in self.space.categorical for value in self.categories[name])
        return (*encoded, *self.space.numeric)

    @property
    def features(self) -> tuple[str, ...]:
        """The feature that each column tells of."""
        encoded = (name for name in self.space.categorical for _ in self.categories[name])
        return (*encoded, *self.space.numeric)

    def one_hot(self, table: FeatureTable) -> NDArray[np.float32]:
        """The categories alone, records by columns of 0 and 1."""
        parts = []
        for column, name in enumerate(self.space.categorical):
            known = np.array(self.categories[name], dtype=object)
            parts.append((table.categorical[:, column, None] == known[None, :]).astype(np.float32))
        return np.concatenate(parts, axis=1)

    def matrix(self, table: FeatureTable) -> NDArray[np.float32]:
        """Records by `columns`. Raises ValueError for a table of another feature space."""
        if table.space != self.space:
            raise ValueError(f"the model reads {self.space.name} records, not {table.space.name}")
        with np.errstate(over="ignore"):
            numbers = np.clip(table.numeric, -3e38, 3e38).astype(np.float32)
        return np.concatenate([self.one_hot(table), numbers], axis=1)
