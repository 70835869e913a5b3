"""Which detectors were applied, and why others were not."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Detector = Literal["wash_trading", "pump_and_dump", "spoofing_and_layering", "account_risk"]


class JudgedBy(BaseModel):
    """One detector and whether it could be applied."""

    model_config = ConfigDict(frozen=True)

    detector: Detector
    version: str | None = Field(description="Its version; null where it was not applied.", examples=["wash-1"])
    applied: bool
    what: str = Field(description="On what it was applied, or why it was not.")
