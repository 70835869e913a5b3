"""From a probability of fraud to approve, review or block: what each mistake costs decides."""

from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Decision = Literal["approve", "review", "block"]


class CostMatrix(BaseModel):
    """Cost of each decision in minor units, for a payment of `amount`.

    Approving a fraud costs its amount and `missed_fraud_fee`; a review costs `review` and finds the truth; blocking a
    genuine payment costs `blocked_genuine`. The rest costs nothing.
    """

    model_config = ConfigDict(frozen=True)

    missed_fraud_fee: int = Field(25_00, ge=0)
    review: int = Field(5_00, gt=0)
    blocked_genuine: int = Field(50_00, gt=0)

    def total(
        self,
        decided: "Thresholds",
        scores: "NDArray[np.float64]",
        fraud: "NDArray[np.bool_]",
        amount: "NDArray[np.int64]",
    ) -> int:
        """What the thresholds would have cost on labelled payments, in minor units."""
        blocked = scores >= decided.block
        reviewed = (scores >= decided.review) & ~blocked
        missed = fraud & ~blocked & ~reviewed
        return int(
            amount[missed].sum()
            + self.missed_fraud_fee * missed.sum()
            + self.review * reviewed.sum()
            + self.blocked_genuine * (blocked & ~fraud).sum()
        )


class Thresholds(BaseModel):
    """Probabilities from which a payment is reviewed, and from which it is blocked."""

    model_config = ConfigDict(frozen=True)

    review: float = Field(ge=0, le=1)
    block: float = Field(ge=0, le=1)

    @classmethod
    def cheapest(
        cls, costs: CostMatrix, scores: "NDArray[np.float64]", fraud: "NDArray[np.bool_]", amount: "NDArray[np.int64]"
    ) -> Self:
        """The thresholds of least cost on labelled payments.

        Blocking beats reviewing when (1 - p) * blocked_genuine < review. Where reviewing beats approving depends on the
        amounts, so candidates between half a per mille and the block threshold are tried.
        """
        import numpy as np  # noqa: PLC0415 - numpy where it is used

        block = max(1 - costs.review / costs.blocked_genuine, 0.0)
        candidates = np.geomspace(0.0005, max(block, 0.0005), 200)
        totals = [costs.total(Thresholds(review=float(c), block=block), scores, fraud, amount) for c in candidates]
        return cls(review=round(float(candidates[int(np.argmin(totals))]), 6), block=round(block, 6))

    def decide(self, score: float) -> Decision:
        """The decision for a probability of fraud."""
        return "block" if score >= self.block else "review" if score >= self.review else "approve"
