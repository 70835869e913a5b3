"""From the members' opinions to one probability, and the threshold from which a record is called an attack."""

from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from models.network_security.members import Opinions

SLACK: Final = 0.005
"""The threshold is the lowest that costs no more than this of the best accuracy: a new attack missed weighs more than a
false alarm."""


class Combination(BaseModel):
    """log-odds = supervised * (mean log-odds of booster and forest) + novelty * (log distance to normal) + intercept.

    Both weights are positive: neither a surer model nor a stranger record ever lowers the probability.
    """

    model_config = ConfigDict(frozen=True)

    supervised: float = Field(ge=0)
    novelty: float = Field(ge=0)
    intercept: float
    threshold: float = Field(0.5, ge=0, le=1, description="Probability from which a record is called an attack.")

    @classmethod
    def fit(cls, opinions: "Opinions", malicious: NDArray[np.bool_], weight: NDArray[np.float64]) -> Self:
        """Weighted logistic regression on records that the members did not see."""
        weights = np.zeros(2)
        columns = np.column_stack([opinions.supervised, opinions.novelty])
        used = np.array([True, True])
        intercept = 0.0
        while used.any():
            coefficients, intercept = _logistic(columns[:, used], malicious, weight)
            weights[:] = 0
            weights[used] = coefficients
            if (coefficients > 0).all():
                break
            used &= weights > 0  # a member that speaks the wrong way is left out
        if not used.any():
            raise ValueError("nothing in the records tells attacks from normal traffic; check the labels")
        return cls(supervised=float(weights[0]), novelty=float(weights[1]), intercept=intercept)

    def with_threshold(self, opinions: "Opinions", malicious: NDArray[np.bool_], weight: NDArray[np.float64]) -> Self:
        """With the lowest threshold whose weighted accuracy is within `SLACK` of the best."""
        scores = self.probability(opinions)
        order = np.argsort(-scores, kind="stable")
        gain = np.where(malicious, weight, -weight)[order]
        accuracy = weight[~malicious].sum() + np.cumsum(gain)
        last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))  # equal scores stand or fall together
        good = last[accuracy[last] >= accuracy[last].max() - SLACK]
        return self.model_copy(update={"threshold": round(float(scores[order][good[-1]]), 6)})

    def log_odds(self, opinions: "Opinions") -> NDArray[np.float64]:
        """Log-odds of an attack."""
        return self.supervised * opinions.supervised + self.novelty * opinions.novelty + self.intercept

    def probability(self, opinions: "Opinions") -> NDArray[np.float64]:
        """Probability of an attack in the simulated future that the combination was fitted on."""
        return np.asarray(0.5 * (1 + np.tanh(0.5 * self.log_odds(opinions))), np.float64)


def _logistic(
    columns: NDArray[np.float64], malicious: NDArray[np.bool_], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - scikit-learn where it is used

    fitted = LogisticRegression().fit(columns, malicious, sample_weight=weight * len(weight))
    return fitted.coef_[0], float(fitted.intercept_[0])
