"""A model version: its files, where they came from, and how good they are."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

FILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"


class ModelFile(BaseModel):
    """One file of a version."""

    model_config = ConfigDict(frozen=True)

    uri: str = Field(description="Where the asset store keeps it.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadecimal.")
    bytes: int = Field(ge=0, description="Size in bytes.")


class ModelVersion(BaseModel):
    """A registered version; it never changes."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    name: str = Field(description="Model name.", examples=["fraud-detector"])
    version: int = Field(ge=1, description="1, 2, 3 … in the order of registration.")
    files: dict[Annotated[str, Field(pattern=FILE_NAME)], ModelFile] = Field(
        min_length=1, description="Its files by name."
    )
    weights_sha256: str = Field(
        description="Digest of the weights: of the file, or of its `sha256sum` list where there are several."
    )
    metrics: dict[str, float] = Field(description="What evaluation measured, by name.")
    data_digest: str = Field(description="SHA-256 of the training data.")
    code_version: str = Field(description="Version of the code that trained it.")
    description: str = Field("", description="What a reader should know.")
    created: datetime = Field(description="When it was registered, UTC.")


def weights_digest(files: Mapping[str, str]) -> str:
    """Digest of a set of files, given the SHA-256 of each by name: that of a single one, else of the sorted list."""
    if len(files) == 1:
        return next(iter(files.values()))
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()
