"""An asset: a file in the store, named, typed and digested."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class Asset(BaseModel):
    """A stored file as results name it."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(description="File name, the last part of its path.", examples=["forecast.png"])
    uri: str = Field(
        description="Where it is: asset://<path> in a folder, gs://<bucket>/<path> in Cloud Storage.",
        examples=["asset://runs/0b8e6a52-6f0c-4a5e-9a57-3c1f6a4c7f10/forecast.png"],
    )
    media_type: str = Field(description="Media type (RFC 6838).", examples=["image/png"])
    bytes: int = Field(ge=0, description="Size in bytes.", examples=[48213])
    sha256: str = Field(
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256 of the content, hexadecimal.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    url: str = Field(
        description="What a browser opens; signed and valid for a limited time where the store signs.",
        examples=["http://127.0.0.1:8000/assets/runs/0b8e6a52-6f0c-4a5e-9a57-3c1f6a4c7f10/forecast.png"],
    )


class StoredAsset(Asset):
    """An asset with what the store alone knows of it."""

    path: str = Field(description="Path inside the store.", examples=["runs/0b8e6a52/forecast.png"])
    created: datetime = Field(description="When it was stored, UTC.")
    metadata: dict[str, str] = Field(default_factory=dict, description="What the writer recorded, such as its owner.")
