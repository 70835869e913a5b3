"""What a rule found: who, to whom, when, how sure, and the evidence."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.network_security.rules.rule_set import RuleName

Severity = Literal["low", "high"]
SCORES: Final[dict[Severity, float]] = {"low": 0.4, "high": 0.9}
"""What a finding counts beside a probability. A severity is a judgement, not a measured probability."""

CLASSES: Final[dict[RuleName, str]] = {
    "horizontal_scan": "scan",
    "vertical_scan": "scan",
    "brute_force": "brute_force",
    "exfiltration": "exfiltration",
    "beaconing": "beaconing",
}


class Finding(BaseModel):
    """One occurrence of what a rule looks for."""

    model_config = ConfigDict(frozen=True)

    rule: RuleName
    severity: Severity = Field(
        description="high: an alarm. low: worth a look, with what speaks against it in the text."
    )
    src: str = Field(examples=["10.0.0.5"])
    dst: str | None = Field(description="The destination; null where there are many.", examples=["203.0.113.9"])
    port: int | None = Field(description="The destination's port; null where there are many.")
    first: float = Field(description="Seconds since 1970 of the first flow.")
    last: float = Field(description="Seconds since 1970 of the last flow.")
    flows: int = Field(description="How many flows belong to it.")
    evidence: dict[str, float] = Field(description="The figures that the rule compared.")
    text: str = Field(description="The same in words.")
