"""The parameters of the search for wash trades."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

VERSION: Final = "wash-1"
Minutes = Annotated[int, Field(ge=1, le=10_080)]


class WashRules(BaseModel):
    """After Victor and Weintraud 2021 (arXiv 2102.07001): strongly connected accounts, volumes matched in windows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    windows_minutes: tuple[Minutes, ...] = Field(
        (60, 1440),
        min_length=1,
        max_length=4,
        description="Lengths of the windows in which a ring must close, minutes, each 1 to 10,080.",
        examples=[[60, 1440]],
    )
    longest_ring: int = Field(
        6, ge=2, le=8, description="Most accounts of a ring that is followed trade by trade.", examples=[6]
    )
    margin: float = Field(
        0.05,
        gt=0,
        le=0.2,
        description="By how much the largest trade of a ring may exceed its smallest, as a share.",
        examples=[0.05],
    )
    net_margin: float = Field(
        0.01,
        gt=0,
        le=0.1,
        description="What an account of a set may keep in a window, as a share of the mean trade's amount.",
        examples=[0.01],
    )
    chance: float = Field(
        0.01,
        gt=0,
        le=0.5,
        description="Rings of the whole file that may be called wash trading though chance alone made them.",
        examples=[0.01],
    )
    closed_share: float = Field(
        0.8,
        ge=0.5,
        le=1,
        description="From this share of all their trades inside the ring, two rounds or more are one whatever chance "
        "says.",
        examples=[0.8],
    )
