"""How videos are made here, from the environment."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.diffusion.configuration import Offload


class VideoSettings(BaseSettings):
    """Settings of video generation; without any, everything runs in the process of the run, on its processor."""

    model_config = SettingsConfigDict(env_file=".env", env_prefix="VIDEO_", extra="ignore", frozen=True)

    segments_on: str | None = Field(
        None,
        pattern=r"^[a-z0-9-]+/[a-z0-9-]+$",
        description="Deployment that makes the segments as runs of their own, side by side on other machines. Unset: "
        "tasks of the run itself.",
        examples=["render-segment/batch-gpu"],
    )
    device: Literal["cpu", "cuda"] | None = Field(
        None, description="What fields and models compute on. Unset: the GPU where there is one."
    )
    model: str | None = Field(
        None, description="Id of the model that draws where a request names none. Unset: the best that is configured."
    )
    weights: dict[str, str] = Field(
        {},
        description="Folder or hub id of the weights of each model, by its id, as JSON.",
        examples=['{"wan-2.2": "/models/Wan2.2-TI2V-5B-Diffusers"}'],
    )
    offload: Offload = Field("none", description="What waits in main memory until it is needed: saves GPU memory.")
    may_download: bool = Field(False, description="Whether hub ids that are not in the cache may be fetched.")
    upscaler: Path | None = Field(
        None,
        description="Real-ESRGAN's weights (safetensors) for enlarging. Unset: the network that comes with the code.",
    )
    field_pixels: int | None = Field(
        None,
        ge=256,
        le=7680 * 4320,
        description="Pixels of a picture that a radiance field draws before it is enlarged. Unset: 160 x 90 on a "
        "processor, 1280 x 720 on a GPU.",
    )
    field_steps: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        description="Steps for which a scene is learnt. Unset: 600 on a processor, 6,000 on a GPU, three times as many "
        "where it moves.",
    )
    side_by_side: int | None = Field(
        None,
        ge=1,
        le=64,
        description="Segments that one run makes at a time. Unset: one a core, as memory allows.",
    )
    kept_hours: float = Field(
        24, gt=0, le=24 * 365, description="How long segments and clips are kept, so that a run made again reuses them."
    )

    @property
    def on(self) -> Literal["cpu", "cuda"]:
        """The device that is used."""
        if self.device is not None:
            return self.device
        from torch import cuda  # noqa: PLC0415 - torch takes seconds to import

        return "cuda" if cuda.is_available() else "cpu"
