"""What every picture file says about itself: enough to ask for the same picture again."""

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class NotInscribed(ValueError):
    """The file says nothing of how it was made; the message says why."""


class Inscription(BaseModel):
    """The text inside a picture file. No run or time is in it: the same request makes the same bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    made_by: Literal["ai-orchestration"] = "ai-orchestration"
    code_version: str = Field(description="Release and commit of the code that made it.")
    request: dict[str, Any] = Field(description="The whole request, with the seed that was used.")
    number: int = Field(ge=1, description="Which of the request's pictures this is, from 1.")
    seed: int | None = Field(description="This picture's own seed; null where the model takes none.")
    model: str = Field(description="The model that drew.")
    model_version: str = Field(description="Its version.")
    weights_sha256: str | None = Field(description="Digest of its weights; null for a hosted model.")

    def text(self) -> str:
        """As it stands in the file: JSON with sorted keys."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def read_inscription(data: bytes) -> Inscription:
    """What a picture file says about itself.

    Raises:
        NotInscribed: It is no picture that this system made, or was written anew since.
    """
    from models.image_file import PictureError, read_provenance  # noqa: PLC0415 - Pillow where a picture is read

    try:
        text = read_provenance(data)
    except PictureError as error:
        raise NotInscribed(f"{str(error)[0].upper()}{str(error)[1:]}.") from error
    if text is None:
        raise NotInscribed("The picture carries no request: it was not made here, or a program has written it anew.")
    try:
        return Inscription.model_validate_json(text)
    except ValidationError as error:
        raise NotInscribed("What the picture carries is not a request of this system.") from error
