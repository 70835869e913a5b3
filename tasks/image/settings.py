"""Where the image models' weights are, from the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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
