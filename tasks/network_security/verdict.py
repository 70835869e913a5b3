"""What is said about one record of network traffic."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.network_security.reason import Reason
from models.network_security.rules.rule_set import RuleName

Decision = Literal["normal", "watch", "attack"]
DECISIONS: tuple[Decision, ...] = ("normal", "watch", "attack")


class Verdict(BaseModel):
    """One record's score, class and novelty, what to do with it, and why."""

    model_config = ConfigDict(frozen=True)

    record: int = Field(ge=1, description="Which record: 1 is the first of the file, or the first flow of a capture.")
    time: datetime | None = Field(None, description="When it began; null where the format does not tell.")
    src: str | None = Field(None, description="Who began it, as address or address:port.", examples=["10.0.0.5:49152"])
    dst: str | None = Field(None, description="To whom.", examples=["203.0.113.9:443"])
    score: float = Field(
        ge=0,
        le=1,
        description="How much speaks for an attack. With a trained model a probability in its simulated future; from "
        "rules and novelty alone a grade (0.9 alarm, 0.4 worth a look), no probability.",
    )
    attack_class: str = Field(
        description="normal, unknown (an attack like none known), a class of the model (dos, probe, r2l, u2r) or of a "
        "rule (scan, brute_force, exfiltration, beaconing).",
        examples=["probe"],
    )
    novelty: float = Field(
        ge=0, le=1, description="Share of normal records that are more ordinary than this one; 1 is like nothing known."
    )
    decision: Decision = Field(
        description="attack: score at the threshold or above. watch: below, but new or a low finding. normal: neither."
    )
    reasons: tuple[Reason, ...] = Field(description="What speaks for it most, strongest first.")
    rules_hit: tuple[RuleName, ...] = Field((), description="Rules whose findings it belongs to.")


class JudgedBy(BaseModel):
    """One of the judges of a file, and what it could judge."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    judge: Literal["model", "novelty", "rules"]
    version: str = Field(examples=["nsl-kdd-9b2f1c-0a1b2c3d"])
    applied: bool
    what: str = Field(description="What it judged, on what it relies, or why it could not be applied.")


class Threshold(BaseModel):
    """The score from which a record is called an attack, and how it was set."""

    model_config = ConfigDict(frozen=True)

    score: float = Field(ge=0, le=1)
    how: str
