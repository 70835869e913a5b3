"""What is asked of image generation."""

import re
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from blocks.source import SourceUri
from flows.form import in_declared_order
from models.styles import UnknownStyle, style
from tasks.image.adapters import Lora
from tasks.image.model_card import model_cards
from tasks.image.subject import registered_subject

SMALLEST, LARGEST = 64, 4096
SEEDS: Final = 2**32
_MOST_PIXELS: Final = 4 * LARGEST * LARGEST
_SIZE: Final = re.compile(r"(\d{2,4})\s*[xX×]\s*(\d{2,4})")  # noqa: RUF001 - people write the sign


class ImageRequest(BaseModel):
    """Pictures to draw."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order, protected_namespaces=())

    prompt: Annotated[str, Field(min_length=1, max_length=2000)] = Field(
        description="What to draw.", examples=["A futuristic city at night"]
    )
    negative_prompt: str = Field("", max_length=2000, description="What to keep out.", examples=["clouds"])
    style: str | None = Field(None, description="A style of GET /api/v1/styles.", examples=["realistic"])
    resolution: str = Field(
        "1024x1024",
        description=f"Width x height in pixels: {SMALLEST} to {LARGEST} a side, multiples of 8.",
        examples=["1024x1024"],
    )
    count: int = Field(1, ge=1, le=8, description="How many pictures; each has a seed of its own.")
    seed: int | None = Field(
        None,
        ge=0,
        lt=SEEDS,
        description="Seed of the first picture, the next has the next. Unset: drawn at random, and in the result.",
        examples=[7],
    )
    steps: int | None = Field(None, ge=1, le=150, description="Denoising steps. Unset: what suits the model.")
    guidance: float | None = Field(
        None, ge=0, le=30, description="How closely to follow the prompt. Unset: what suits the model."
    )
    model: str | None = Field(
        None,
        description="A model of GET /api/v1/models, or the name that a subject was taught under (finetune-dreambooth). "
        "Unset: the best that is configured.",
        examples=["stable-diffusion"],
    )
    strict: bool = Field(False, description="Refuse rather than let another model stand in for the one asked for.")
    hdr: bool = Field(False, description="Also scene-linear light: OpenEXR, 10-bit PQ AVIF and UltraHDR JPEG.")
    pbr: bool = Field(False, description="Also a material: maps, glTF, MaterialX and a rendered preview.")
    seamless: bool = Field(False, description="Make the picture tile without seams.")
    init_image: SourceUri | None = Field(
        None, description="A picture to start from.", examples=["asset://uploads/3f2a/sketch.png"]
    )
    mask_image: SourceUri | None = Field(
        None, description="With init_image: white where it is drawn anew, black where it stays."
    )
    strength: float = Field(0.6, gt=0, le=1, description="How far to leave init_image: 1 keeps nothing of it.")
    loras: tuple[Lora, ...] = Field(
        (), max_length=8, description="LoRAs laid over the model: subjects and styles that were trained for it."
    )
    format: Literal["png", "jpeg", "webp", "avif"] = Field("png", description="Format of the pictures.")

    @field_validator("prompt")
    @classmethod
    def _says_something(cls, prompt: str) -> str:
        if not prompt.strip():
            raise ValueError("say what to draw")
        return prompt

    @field_validator("resolution")
    @classmethod
    def _fitting_size(cls, resolution: str) -> str:
        found = _SIZE.fullmatch(resolution.strip())
        if not found:
            raise ValueError('give width x height in pixels, such as "1024x1024"')
        width, height = int(found[1]), int(found[2])
        for side in (width, height):
            if not SMALLEST <= side <= LARGEST or side % 8:
                near = min(max(round(side / 8) * 8, SMALLEST), LARGEST)
                raise ValueError(
                    f"a side has {SMALLEST} to {LARGEST} pixels, a multiple of 8: {near} in place of {side}"
                )
        return f"{width}x{height}"

    @field_validator("model")
    @classmethod
    def _known_model(cls, model: str | None) -> str | None:
        if model is not None and model not in model_cards() and registered_subject(model) is None:
            raise ValueError(f"unknown model; available: {', '.join(model_cards())}, and what finetune-dreambooth made")
        return model

    @field_validator("style")
    @classmethod
    def _known_style(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                style(name)
            except UnknownStyle as error:
                raise ValueError(str(error)) from None
        return name

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.mask_image is not None and self.init_image is None:
            raise ValueError("mask_image needs an init_image")
        width, height = self.size
        if self.count * width * height > _MOST_PIXELS:
            raise ValueError(
                f"{self.count} pictures of {self.resolution} are too many; at most {_MOST_PIXELS:,} pixels"
            )
        return self

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        width, height = self.resolution.split("x")
        return int(width), int(height)
