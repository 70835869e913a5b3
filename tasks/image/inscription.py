"""What every picture file says about itself: enough to ask for the same picture again."""

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


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
