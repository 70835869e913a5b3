"""What is known of a video when it was ordered, and when it has come."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class Submitted(BaseModel):
    """A task that the provider has taken. Keep it, as JSON: with `task_id` anyone with the key goes on from here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task_id: str = Field(description="The provider's id of the task.")
    asked_model: str = Field(description="The id in the request.")
    served_model: str = Field(description="The id of the model that draws.")
    width: int = Field(description="Pixels that were asked for of the provider.")
    height: int = Field(description="As `width`.")
    seconds: int = Field(description="Length that was asked for of the provider.")
    most_credits: float | None = Field(None, description="The most that the provider may charge, as it says.")
    most_usd: float | None = Field(None, description="The same in dollars, at a cent a credit.")
    notes: tuple[str, ...] = Field((), description="What differs from the request: model, size, length.")


@dataclass(frozen=True)
class Downloaded:
    """A video file.

    Attributes:
        size: Bytes.
        sha256: Of the file, in hexadecimal.
        media_type: video/mp4 or video/quicktime, by its first box.
    """

    path: Path
    size: int
    sha256: str
    media_type: str
