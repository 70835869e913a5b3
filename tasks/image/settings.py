"""Where the image models' weights are, from the environment."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from models.image_safety import Category, checked_allowance


class ImageSettings(BaseSettings):
    """Settings of image generation; without any, the embedded model draws."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    sdxl_model: str | None = Field(
        None,
        description="Folder or hub id of Stable Diffusion XL's weights. Unset: the embedded model stands in.",
        examples=["/models/stable-diffusion-xl-base-1.0"],
    )
    embedded_image_model: Path | None = Field(
        None,
        description="Folder of an embedded model of your own training. Unset: the weights that come with the code.",
    )
    image_allow: Annotated[frozenset[Category], NoDecode] = Field(
        frozenset(),
        description="Categories that the safety filter lets pass, with commas between: sexual, gore, hate, self-harm, "
        "deception.",
    )
    image_safety_model: Path | None = Field(
        None,
        description="Folder of a picture classifier (transformers, safetensors) that looks at what was drawn. Unset: "
        "only prompts are checked.",
    )

    @field_validator("image_allow", mode="before")
    @classmethod
    def _with_commas(cls, given: Any) -> Any:
        return frozenset(filter(None, map(str.strip, given.split(",")))) if isinstance(given, str) else given

    @field_validator("image_allow")
    @classmethod
    def _allowable(cls, allow: frozenset[Category]) -> frozenset[Category]:
        return checked_allowance(allow)
