"""What kind of video is to be written."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from models.video_file.level import Level, choose_level
from models.video_file.video_error import Unencodable

Hdr = Literal["none", "hdr10", "hdr10+"]
PRESETS: Final = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
_LEAST_SIDE, _MOST_SIDE = 64, 8192
_LEAST_TICKS: Final = 10_000  # a second; a finer clock than any player needs, and one that films' rates divide


@dataclass(frozen=True)
class VideoFormat:
    """Size, rate, range and quality: the same for every segment of a video.

    Attributes:
        width: Pixels, even, 64 to 8192.
        height: The same.
        fps: Pictures a second, 1 to 120, exact: 24000/1001 as a fraction.
        segment_frames: Pictures in a segment, which is one closed group; the last may be shorter. 1 to 600.
        hdr: `none` is BT.709 for ordinary screens; `hdr10` PQ in BT.2020 with static, `hdr10+` with dynamic metadata.
        bits: 10 (Main 10), or 8 (Main) for `none`.
        crf: Constant quality, 0 to 51, where there is no `kbps`; lower is better.
        kbps: An average bit rate in kbit/s instead.
        preset: One of x265's.

    Raises:
        Unencodable: No such video can be written; the sentence says what to change.
        NoLevel: HEVC's highest level does not suffice.
    """

    width: int
    height: int
    fps: Fraction
    segment_frames: int
    hdr: Hdr = "hdr10+"
    bits: Literal[8, 10] = 10
    crf: float = 20.0
    kbps: int | None = None
    preset: str = "medium"

    def __post_init__(self) -> None:
        problem = self._problem()
        if problem is not None:
            raise Unencodable(problem)
        _ = self.level

    def _problem(self) -> str | None:
        sides = (self.width, self.height)
        if any(not _LEAST_SIDE <= side <= _MOST_SIDE or side % 2 for side in sides):
            return f"a side has an even number of {_LEAST_SIDE} to {_MOST_SIDE} pixels, not {self.width} x {self.height}"
        if not 1 <= self.fps <= 120 or self.timescale >= 2**31:
            return f"choose 1 to 120 pictures a second as a simple fraction, not {self.fps}"
        if not 1 <= self.segment_frames <= 600:
            return f"a segment has 1 to 600 pictures, not {self.segment_frames}"
        if self.hdr not in ("none", "hdr10", "hdr10+"):
            return "hdr is none, hdr10 or hdr10+"
        if self.bits not in (8, 10) or (self.bits == 8 and self.hdr != "none"):
            return "choose 10 bits for HDR; 8 bits are for hdr none only"
        if not 0 <= self.crf <= 51 or (self.kbps is not None and self.kbps < 1):
            return "choose a crf of 0 to 51 or a bit rate of at least 1 kbit/s"
        # The preset is the only text that comes near the encoder.
        return None if self.preset in PRESETS else f"choose a preset among {', '.join(PRESETS)}"

    @property
    def timescale(self) -> int:
        """Ticks a second. A multiple of the rate's numerator, so that every picture takes the same whole number."""
        return self.fps.numerator * -(-_LEAST_TICKS // self.fps.numerator)

    @property
    def step(self) -> int:
        """Ticks from a picture to the next."""
        return self.timescale // self.fps.numerator * self.fps.denominator

    @property
    def level(self) -> Level:
        """The level and tier of the stream. None below 3.1: lower ones starve small pictures, and all players have it."""
        return choose_level(self.width, self.height, self.fps, self.kbps, lowest="3.1")
