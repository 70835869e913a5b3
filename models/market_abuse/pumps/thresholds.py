"""From which signal on a bar is called a pump; set on training data alone, kept in thresholds.json."""

from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

SHIPPED: Final = Path(__file__).parent / "thresholds.json"
Variant = Literal["25s", "1h"]


class Thresholds(BaseModel):
    """All four must be reached; `rush` is left out where the takers of trades are not known, and for candles."""

    model_config = ConfigDict(frozen=True)

    seconds: int = Field(description="Length of a bar.")
    window: int = Field(description="Bars that it is compared with.")
    rush: float | None = Field(description="Standard deviations of market buy orders above the mean.")
    value: float = Field(description="Standard deviations of value traded above the mean.")
    rise: float = Field(description="Share by which the price rose.")
    moves: float = Field(description="The same in units of what the price usually moves.")
    quiet_bars: int = Field(description="Bars without a pump that it was set on.")
    false_alarms_a_day: float = Field(description="On quiet data held out by time (and by coin for the hour).")
    found: float = Field(description="Share of planted pumps found on data held out.")
    data: str = Field(description="What it was set and measured on.")


class PumpCard(BaseModel):
    """Both variants."""

    model_config = ConfigDict(frozen=True)

    version: str
    variants: dict[Variant, Thresholds]
    limits: str


@lru_cache(maxsize=1)
def shipped_thresholds() -> PumpCard:
    """The thresholds that come with the code."""
    return PumpCard.model_validate_json(SHIPPED.read_bytes())
