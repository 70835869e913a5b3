"""Pictures that were not drawn because they must not be."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Refusal(BaseModel):
    """Who refused, at which stage, and why. There is no picture then, not even a black one."""

    model_config = ConfigDict(frozen=True)

    by: str = Field(description="Who refused: our filter, or the provider's.", examples=["prompt filter"])
    stage: Literal["input", "output"] | None = Field(
        description="Whether what was asked or what was drawn was refused; null where the provider does not say."
    )
    categories: tuple[str, ...] = Field(description="What it was taken for.", examples=[["gore"]])
    reason: str = Field(description="In a sentence.")
