"""Where the image models' weights are, from the environment."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from models.diffusion.configuration import FewStep, Offload, Scheduler
from models.image_safety import Category, checked_allowance


class ImageSettings(BaseSettings):
    """Settings of image generation; without any, the embedded model draws."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    sdxl_model: str | None = Field(
        None,
        description="Folder, safetensors file or hub id of Stable Diffusion XL's weights. Unset: the embedded model "
        "stands in.",
        examples=["/models/stable-diffusion-xl-base-1.0"],
    )
    sdxl_layout: str | None = Field(
        None,
        description="Where SDXL_MODEL is a single file: folder or hub id with the configurations and tokenizers. "
        "Unset: those of stable-diffusion-xl-base-1.0.",
    )
    sdxl_refiner: str | None = Field(None, description="Folder or hub id of the refiner. Unset: the base draws alone.")
    sdxl_vae: str | None = Field(
        None,
        description="Folder or hub id of another autoencoder: one fixed for half precision saves decoding twice.",
        examples=["/models/sdxl-vae-fp16-fix"],
    )
    sdxl_scheduler: Scheduler | None = Field(None, description="Sampler. Unset: the weights' own.")
    sdxl_few_step: FewStep | None = Field(None, description="A distilled model's way of drawing in 1 to 8 steps.")
    sdxl_few_step_adapter: Path | None = Field(None, description="LoRA (safetensors) that the few steps need.")
    sdxl_dtype: Literal["float16", "bfloat16", "float32"] | None = Field(
        None, description="Precision. Unset: half on a GPU, single on the CPU."
    )
    sdxl_offload: Offload = Field("none", description="What waits in main memory until it is needed: saves GPU memory.")
    sdxl_vae_tiling: bool = Field(False, description="Decode in tiles: saves memory above 1024x1024.")
    sdxl_compile: bool = Field(False, description="torch.compile the U-Net: a minute at first, then faster.")
    may_download_models: bool = Field(False, description="Whether hub ids that are not in the cache may be fetched.")
    embedded_image_model: Path | None = Field(
        None,
        description="Folder of an embedded model of your own training. Unset: the weights that come with the code.",
    )
    stylegan3_model: Path | None = Field(
        None,
        description="Safetensors file of a StyleGAN3 generator. Unset: the one that train-stylegan3 made last.",
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
