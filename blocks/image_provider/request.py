"""What a provider is asked for."""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Quality = Literal["auto", "low", "medium", "high", "xhigh", "max", "standard", "hd"]

MOST_PICTURES: Final = 10
LONGEST_PROMPT: Final = 32_000
LARGEST_UPLOAD: Final = 50_000_000

_SIGNATURES: Final = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}


class HostedRequest(BaseModel):
    """One ask for pictures of a hosted model.

    With `init_image` the edits endpoint draws on from that picture; with `mask` too, only where the mask is
    transparent.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: Annotated[str, Field(min_length=1, max_length=LONGEST_PROMPT, description="What to draw.")]
    negative_prompt: Annotated[
        str, Field(max_length=4000, description="What not to draw; said in the prompt, as the API has no field for it.")
    ] = ""
    model: Annotated[str, Field(min_length=1, max_length=100, description="Id of a model.")] = "dall-e-3"
    strict: Annotated[bool, Field(description="Refuse where the model itself can't be had, in place of another.")] = (
        False
    )
    width: Annotated[int, Field(ge=64, le=4096, description="Pixels.")] = 1024
    height: Annotated[int, Field(ge=64, le=4096, description="Pixels.")] = 1024
    count: Annotated[int, Field(ge=1, le=MOST_PICTURES, description="How many pictures.")] = 1
    quality: Annotated[
        Quality, Field(description="`standard` and `hd` are DALL-E 3's words for `medium` and `high`.")
    ] = "auto"
    init_image: Annotated[
        bytes | None, Field(max_length=LARGEST_UPLOAD, repr=False, description="PNG, JPEG or WebP to start from.")
    ] = None
    mask: Annotated[
        bytes | None,
        Field(max_length=LARGEST_UPLOAD, repr=False, description="PNG of that size; drawn anew where transparent."),
    ] = None
    seed: Annotated[int | None, Field(ge=0, description="Not supported by the API; only noted.")] = None

    @model_validator(mode="after")
    def _pictures(self) -> "HostedRequest":
        if self.mask is not None and self.init_image is None:
            raise ValueError("a mask needs the init_image that it belongs to")
        if self.init_image is not None and picture_kind(self.init_image) is None:
            raise ValueError("init_image must be a PNG, JPEG or WebP file")
        if self.mask is not None and picture_kind(self.mask) != "png":
            raise ValueError("mask must be a PNG file with transparency")
        return self


def picture_kind(data: bytes) -> str | None:
    """png, jpeg or webp, by the first bytes; None for anything else."""
    found = next((kind for kind, signature in _SIGNATURES.items() if data.startswith(signature)), None)
    return None if found == "webp" and data[8:12] != b"WEBP" else found
