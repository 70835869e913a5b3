"""What is said about one payment."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from models.fraud.decision import Decision
from models.fraud.reasons import Reason
from models.fraud.rules import RuleHit


class Verdict(BaseModel):
    """A payment's probability of fraud, what to do with it, and why."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    transaction_id: str = Field(description="The payment.", examples=["tx-1001"])
    score: float = Field(ge=0, le=1, description="Calibrated probability of fraud.", examples=[0.9731])
    decision: Decision = Field(
        description="What score, rules and lists say together.",
        examples=["block"],
    )
    reasons: tuple[Reason, ...] = Field(
        description="What moved the score most, strongest first; empty for approved payments of large files."
    )
    rules_hit: tuple[str, ...] = Field(
        (), description="Rules and lists that the payment hits.", examples=[["card-testing"]]
    )
    rules: tuple[RuleHit, ...] = Field((), description="What each of them asks for, and why.")
    model_version: str = Field(description="Version of the model.", examples=["2018-08-01-2cdd497f"])
    features_as_of: datetime = Field(description="Only payments before this moment (the payment's own) were counted.")

    @property
    def why(self) -> tuple[str, ...]:
        """In words: the rules and lists first, then what moved the score."""
        return (*(hit.text for hit in self.rules), *(reason.text for reason in self.reasons))
