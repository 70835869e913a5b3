"""An upload under way, as the store remembers it."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class Upload(BaseModel):
    """A file being sent. Any process that reaches the store can take the next bytes."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(pattern=r"^[0-9a-f]{32}$", description="Names the upload and, later, its asset.")
    owner: str | None = Field(description="Key id of who sends it; none where no keys are configured.")
    name: str = Field(description="File name that the asset will have.", examples=["captures.zip"])
    size: int | None = Field(ge=0, description="Declared size in bytes; none when the sender does not know it.")
    created: datetime = Field(description="When it was begun, UTC.")
    offset: int = Field(0, ge=0, description="Bytes stored so far.")
