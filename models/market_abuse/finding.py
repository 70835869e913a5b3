"""What was found: its kind, who, when, how much, how sure, and the evidence in figures and in words."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["self_trade", "wash_ring", "netted_set", "pump", "pump_hourly", "spoofing", "layering", "account_risk"]
MeasuredOn = Literal["real", "planted", "simulated"]


class Finding(BaseModel):
    """One case of market abuse, or what looks like one."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    score: float = Field(
        ge=0,
        le=1,
        description="How sure, 0 to 1: a calibrated probability for account_risk; for the others 1 minus what chance "
        "or the strength of the signal leaves open, which is a rank and no measured probability.",
    )
    accounts: tuple[str, ...] = Field(description="Who; empty where the data names no accounts.", examples=[["a", "b"]])
    symbol: str | None = Field(None, description="The market, where the data names it.", examples=["XRP/ETH"])
    first: float | None = Field(None, description="Seconds since 1970 of its first trade or event.")
    last: float | None = Field(None, description="Seconds since 1970 of its last.")
    events: int = Field(ge=0, description="How many trades or order events belong to it.")
    volume: float = Field(ge=0, description="Amount that belongs to it, in units of what is traded.")
    evidence: dict[str, float] = Field(description="The figures that were compared.")
    reasons: tuple[str, ...] = Field(description="The same in words, the weightiest first.")
    measured_on: MeasuredOn = Field(
        description="What the detector's figures are from. real: labelled real data. planted: made-up abuse in "
        "real trades or candles. simulated: our own simulator alone, no real data."
    )
