"""What a provider is asked for."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, field_validator

LONGEST_PROMPT: Final = 1000  # UTF-16 code units
LARGEST_PICTURE: Final = 3_700_000  # bytes: 5 MB as base64

_SIGNATURES: Final = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}


class HostedClip(BaseModel):
    """One ask for a video of a hosted model; with `init_image` it is drawn on from that picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: Annotated[str, Field(min_length=1, description="What to draw; at most 1000 UTF-16 code units.")]
    negative_prompt: Annotated[
        str, Field(max_length=1000, description="What not to draw, for models that have a field for it.")
    ] = ""
    model: Annotated[str, Field(min_length=1, max_length=100, description="Id of a model.")] = "runway-gen2"
    strict: Annotated[bool, Field(description="Refuse where the model itself can't be had, in place of another.")] = (
        False
    )
    width: Annotated[int, Field(ge=64, le=7680, description="Pixels; the nearest shape is drawn.")] = 1280
    height: Annotated[int, Field(ge=64, le=7680, description="Pixels.")] = 720
    seconds: Annotated[float, Field(gt=0, le=10, description="Length; rounded up to one that the model draws.")] = 5
    seed: Annotated[int | None, Field(ge=0, le=4_294_967_295, description="Gives a similar video, not the same.")] = (
        None
    )
    hdr: Annotated[bool, Field(description="True HDR (HDR10) as the file that comes; it costs more.")] = False
    init_image: Annotated[
        bytes | None,
        Field(max_length=LARGEST_PICTURE, repr=False, description="PNG, JPEG or WebP of the first picture."),
    ] = None

    @field_validator("prompt")
    @classmethod
    def _short(cls, prompt: str) -> str:
        if len(prompt.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_PROMPT:
            raise ValueError(f"the provider takes at most {LONGEST_PROMPT} characters (UTF-16 code units)")
        return prompt

    @field_validator("init_image")
    @classmethod
    def _picture(cls, data: bytes | None) -> bytes | None:
        if data is not None and picture_kind(data) is None:
            raise ValueError("init_image must be a PNG, JPEG or WebP file")
        return data


def picture_kind(data: bytes) -> str | None:
    """png, jpeg or webp, by the first bytes; None for anything else."""
    found = next((kind for kind, signature in _SIGNATURES.items() if data.startswith(signature)), None)
    return None if found == "webp" and data[8:12] != b"WEBP" else found
