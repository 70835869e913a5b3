"""What is asked of video generation."""

from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from blocks.source import SourceUri
from blocks.video_provider.request import LONGEST_PROMPT
from flows.form import in_declared_order
from models.styles import UnknownStyle, style
from tasks.video.camera_move import CameraMove
from tasks.video.model_card import model_cards
from tasks.video.outline import drawn_frames
from tasks.video.plan import Native, Quality, frames_in, plan_of
from tasks.video.rate import exact_rate
from tasks.video.resolution import NAMED, size_of

SEEDS: Final = 2**32
LONGEST_SECONDS: Final = 600
MOST_FRAMES: Final = 36_000
_QUICK_PIXELS: Final = 500_000_000  # of all pictures together: ten minutes of one core, at a microsecond each
SCENE_NAME: Final = r"[a-z0-9][a-z0-9-]{0,39}"


class VideoRequest(BaseModel):
    """A video to make."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=in_declared_order, protected_namespaces=())

    prompt: Annotated[str, Field(min_length=1, max_length=2000)] = Field(
        description="What to show.", examples=["Flying through clouds"]
    )
    negative_prompt: str = Field("", max_length=2000, description="What to keep out.", examples=["people"])
    duration: float = Field(4, gt=0, le=LONGEST_SECONDS, description="Length in seconds.", examples=[5])
    resolution: str = Field(
        "720p",
        description=f"{', '.join(NAMED)}, or width x height in pixels (even, 64 to 8192 a side).",
        examples=["8K"],
    )
    fps: float | str = Field(
        24, description='Pictures a second, 1 to 120; a fraction such as "24000/1001" is exact.', examples=[60]
    )
    use_nerf: bool = Field(
        False, description="Learn the scene as a radiance field and fly a camera through it, in place of a video model."
    )
    style: str | None = Field(None, description="A style of GET /api/v1/styles.", examples=["cinematic"])
    model: str | None = Field(
        None,
        description="A model of GET /api/v1/models/video. Unset: the best that is configured.",
        examples=["wan-2.2"],
    )
    strict: bool = Field(False, description="Refuse rather than let another model stand in for the one asked for.")
    init_image: SourceUri | None = Field(
        None, description="A picture that the video begins with.", examples=["asset://uploads/3f2a/first.png"]
    )
    scene: str | None = Field(
        None,
        max_length=1000,
        description="With use_nerf: the name of a scene that train-scene learnt, or the uri of a capture (a zip "
        "archive of pictures with poses). Unset: a world of our own that the prompt describes.",
        examples=["garden"],
    )
    camera_path: CameraMove = Field(default_factory=CameraMove, description="With use_nerf: how the camera moves.")
    hdr: Literal["none", "hdr10", "hdr10+"] = Field(
        "hdr10+",
        description="Range of the video: PQ in BT.2020 with dynamic (hdr10+) or static metadata (hdr10), or BT.709 for "
        "ordinary screens (none). The preview is always for ordinary screens.",
    )
    seed: int | None = Field(
        None, ge=0, lt=SEEDS, description="Seed. Unset: drawn at random, and in the result.", examples=[7]
    )
    steps: int | None = Field(
        None, ge=1, le=100_000, description="Denoising steps, or with use_nerf steps of learning. Unset: what suits."
    )
    guidance: float | None = Field(
        None, ge=0, le=30, description="How closely to follow the prompt. Unset: what suits the model."
    )
    crf: float = Field(18, ge=0, le=51, description="Constant quality of the encoder; lower is better and larger.")
    bitrate: int | None = Field(
        None, ge=100, le=800_000, description="An average bit rate in kbit/s, in place of constant quality."
    )
    preset: Literal["ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow"] = Field(
        "fast", description="How hard the encoder tries: slower makes smaller files."
    )
    dry_run: bool = Field(False, description="Only say what it would take: time, memory and money.")

    @field_validator("prompt")
    @classmethod
    def _says_something(cls, prompt: str) -> str:
        if not prompt.strip():
            raise ValueError("say what to show")
        return prompt

    @field_validator("resolution")
    @classmethod
    def _known_size(cls, resolution: str) -> str:
        size_of(resolution)
        return resolution

    @field_validator("fps")
    @classmethod
    def _exact(cls, fps: float | str) -> float | str:
        exact_rate(fps)
        return fps

    @field_validator("style")
    @classmethod
    def _known_style(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                style(name)
            except UnknownStyle as error:
                raise ValueError(str(error)) from None
        return name

    @field_validator("model")
    @classmethod
    def _known_model(cls, model: str | None) -> str | None:
        if model is not None and model not in model_cards():
            raise ValueError(f"unknown model; available: {', '.join(model_cards())}")
        return model

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        if self.scene is not None and not self.use_nerf:
            raise ValueError("a scene is flown through with use_nerf: true")
        if self.use_nerf and self.init_image is not None:
            raise ValueError("a video starts from init_image with a video model, not with use_nerf")
        if self.use_nerf and self.model not in (None, "nerf"):
            raise ValueError("use_nerf draws with a radiance field: leave model unset")
        rate = exact_rate(self.fps)
        frames = frames_in(self.duration, rate)
        if frames > MOST_FRAMES:
            raise ValueError(f"{frames:,} pictures are more than the {MOST_FRAMES:,} of one video: make it shorter")
        if self.model is not None:
            card = model_cards()[self.model]
            drawn_frames(card, rate, frames)
            if card.runs == "hosted" and len(self.prompt.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_PROMPT:
                raise ValueError(f"{card.id} takes prompts of at most {LONGEST_PROMPT:,} characters")
        # HEVC has levels; what exceeds the highest is refused here.
        plan_of(self.size, rate, frames, Native(*self.size, rate, frames), self.quality)
        return self

    @property
    def is_long(self) -> bool:
        """Whether it takes more than some minutes wherever it runs: work for a machine of its own."""
        width, height = self.size
        return not self.dry_run and frames_in(self.duration, exact_rate(self.fps)) * width * height > _QUICK_PIXELS

    @property
    def quality(self) -> Quality:
        """How it is coded."""
        return Quality(self.hdr, self.crf, self.bitrate, self.preset)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return size_of(self.resolution)
