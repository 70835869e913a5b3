"""Platt scaling: from a booster's log-odds to a probability that can be taken at its word."""

from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field


class Calibration(BaseModel):
    """probability = sigmoid(slope * log-odds + intercept): strictly rising, so that it never changes a ranking."""

    model_config = ConfigDict(frozen=True)

    slope: float = Field(gt=0)
    intercept: float

    @classmethod
    def fit(cls, log_odds: NDArray[np.float64], fraud: NDArray[np.bool_]) -> Self:
        """Fit on rows that the booster did not see (Platt 1999). Raises ValueError when one class is absent.

        Without any signal in the log-odds the slope would be zero or less; it is then a hair above, and all
        probabilities are about the share of frauds.
        """
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - scikit-learn where it is used

        if fraud.all() or not fraud.any():
            raise ValueError(
                "calibration needs both frauds and genuine payments; give more payments, over more days or customers"
            )
        fitted = LogisticRegression(C=1e6).fit(log_odds[:, None], fraud)
        return cls(slope=max(float(fitted.coef_[0, 0]), 1e-6), intercept=float(fitted.intercept_[0]))

    def apply(self, log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrated probabilities in 0..1."""
        scaled = self.slope * log_odds + self.intercept
        return np.asarray(0.5 * (1 + np.tanh(0.5 * scaled)), np.float64)  # sigmoid, safe for any size
