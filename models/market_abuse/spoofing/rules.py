"""The parameters of the search for spoofing and layering."""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

VERSION: Final = "spoofing-1"


class SpoofingRules(BaseModel):
    """An account fills a small order on one side while it shows large ones on the other, and takes those back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: float = Field(
        10.0,
        gt=0,
        le=600,
        description="Seconds within which the large orders must be placed before, and cancelled after, the fill.",
        examples=[10.0],
    )
    times: float = Field(
        5.0,
        ge=2,
        le=100,
        description="How many times the amount filled must be shown on the other side and taken back.",
        examples=[5.0],
    )
    filled_share: float = Field(
        0.1, ge=0, lt=1, description="Most of the large orders that may have been filled, as a share.", examples=[0.1]
    )
    episodes: int = Field(3, ge=1, le=1000, description="Episodes from which an account is a finding.", examples=[3])
    one_sided: float = Field(
        3.0,
        ge=1,
        le=100,
        description="How many times more the account must take back on the other side than on that of its fill: one "
        "that quotes both sides renews both.",
        examples=[3.0],
    )
    layers: int = Field(
        3, ge=2, le=50, description="Orders taken back at once from which it is called layering.", examples=[3]
    )
