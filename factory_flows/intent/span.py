"""Where in the brief something is said."""

from pydantic import BaseModel, ConfigDict, Field


class Span(BaseModel):
    """A piece of the brief, `brief[start:end]`, in characters."""

    model_config = ConfigDict(frozen=True)

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
