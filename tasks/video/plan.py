"""What a video will be, worked out before any of it is made."""

from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tasks.video.rate import exact_rate

if TYPE_CHECKING:
    from models.video_file import VideoFormat

_MOST_PIXELS_IN_A_SEGMENT: Final = 7680 * 4320 * 60  # a second of 8K at 60: what a killed worker may cost
_MOST_FRAMES: Final = 120


class Part(NamedTuple):
    """A segment: pictures `first` to `end`, the last not included."""

    number: int
    first: int
    end: int


class VideoPlan(BaseModel):
    """Size, rate, range and quality of a video, and what a model draws of it before it is enlarged."""

    model_config = ConfigDict(frozen=True)

    width: int = Field(description="Pixels of the finished video.")
    height: int
    fps: str = Field(description="Pictures a second as an exact fraction.", examples=["60", "24000/1001"])
    frames: int = Field(ge=1, description="Pictures in all.")
    segment_frames: int = Field(ge=1, le=600, description="Pictures in a segment: what is made, kept and resumed.")
    hdr: Literal["none", "hdr10", "hdr10+"]
    crf: float = Field(description="Constant quality, where there is no bit rate.")
    kbps: int | None = Field(description="Average bit rate in kbit/s.")
    preset: str = Field(description="Of the encoder x265.")
    drawn_width: int = Field(description="Pixels that the model or the field draws; enlarged from there.")
    drawn_height: int
    drawn_fps: str = Field(description="Pictures a second that it draws; those between are interpolated.")
    drawn_frames: int = Field(ge=1, description="How many it draws.")

    @model_validator(mode="after")
    def _writable(self) -> "VideoPlan":
        """Raises `ValueError` (`Unencodable`, `NoLevel`) where HEVC has no such video."""
        _ = self.format
        return self

    @property
    def rate(self) -> Fraction:
        """Pictures a second."""
        return exact_rate(self.fps)

    @property
    def drawn_rate(self) -> Fraction:
        """Pictures a second as drawn."""
        return exact_rate(self.drawn_fps)

    @property
    def interpolated(self) -> bool:
        """Whether pictures lie between drawn ones."""
        return self.rate != self.drawn_rate

    @property
    def format(self) -> "VideoFormat":
        """As the encoder has it."""
        from models.video_file import VideoFormat  # noqa: PLC0415 - numpy where pictures are

        return VideoFormat(
            self.width,
            self.height,
            self.rate,
            self.segment_frames,
            hdr=self.hdr,
            crf=self.crf,
            kbps=self.kbps,
            preset=self.preset,
        )

    @property
    def parts(self) -> tuple[Part, ...]:
        """The segments in order."""
        firsts = range(0, self.frames, self.segment_frames)
        return tuple(Part(n, first, min(first + self.segment_frames, self.frames)) for n, first in enumerate(firsts))


def frames_in(duration: float, rate: Fraction) -> int:
    """Pictures in so many seconds, at least one."""
    return max(round(Fraction(duration).limit_denominator(100_000) * rate), 1)


def segment_length(width: int, height: int, rate: Fraction) -> int:
    """Pictures in a segment: a second's, or as many as bring no more pixels than a second of 8K at 60."""
    return max(min(round(rate), _MOST_FRAMES, _MOST_PIXELS_IN_A_SEGMENT // (width * height)), 1)


def drawn_size(width: int, height: int, pixels: int, multiple: int = 2) -> tuple[int, int]:
    """The size to draw at: of the video's shape with about so many pixels, no larger than the video."""
    scale = min((pixels / (width * height)) ** 0.5, 1.0)
    drawn_width, drawn_height = (max(round(side * scale / multiple) * multiple, 16) for side in (width, height))
    return min(drawn_width, width), min(drawn_height, height)


class Native(NamedTuple):
    """What a model or a field draws by itself."""

    width: int
    height: int
    fps: Fraction
    frames: int


class Quality(NamedTuple):
    """How a video is coded."""

    hdr: Literal["none", "hdr10", "hdr10+"]
    crf: float
    kbps: int | None
    preset: str


def plan_of(size: tuple[int, int], rate: Fraction, frames: int, native: Native, quality: Quality) -> VideoPlan:
    """The plan of a video.

    Raises:
        ValueError: HEVC has no such video; the message says what to change.
    """
    width, height = size
    return VideoPlan(
        width=width,
        height=height,
        fps=str(rate),
        frames=frames,
        segment_frames=segment_length(width, height, rate),
        hdr=quality.hdr,
        crf=quality.crf,
        kbps=quality.kbps,
        preset=quality.preset,
        drawn_width=native.width,
        drawn_height=native.height,
        drawn_fps=str(native.fps),
        drawn_frames=native.frames,
    )
