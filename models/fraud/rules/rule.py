"""A rule, and what it says of a payment that it hits."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.fraud.rules.condition import Condition, Facts

Outcome = Literal["approve", "review", "block"]


class RuleHit(BaseModel):
    """A rule or a list that a payment hits."""

    model_config = ConfigDict(frozen=True)

    rule: str = Field(description="Name of the rule, or of the list.", examples=["card-testing"])
    version: str = Field(description="Its version.", examples=["1"])
    outcome: Outcome = Field(description="What it asks for.")
    text: str = Field(description="Why, in words.", examples=["many small payments within an hour"])


class Rule(BaseModel):
    """When a condition holds, an outcome is asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern="^[a-z][a-z0-9-]{1,63}$", description="Short name.", examples=["card-testing"])
    version: int = Field(1, ge=1, description="Raised with every change.")
    outcome: Outcome = Field(description="What is asked for.")
    when: Condition = Field(description="The condition.")
    text: str = Field(min_length=1, max_length=200, description="Why, in words.")
    enabled: bool = Field(True, description="Off: it is kept, and hits nothing.")

    def hit(self, facts: Facts) -> RuleHit | None:
        """What it says of a payment; None where it does not apply."""
        return self.said if self.enabled and self.when.holds(facts) else None

    @property
    def said(self) -> RuleHit:
        """What it says of every payment that it hits."""
        return RuleHit(rule=self.name, version=str(self.version), outcome=self.outcome, text=self.text)
