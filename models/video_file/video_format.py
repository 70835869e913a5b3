"""What kind of video is to be written."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Final, Literal, get_args

from models.video_file.level import Level, choose_level
from models.video_file.video_error import Unencodable

Hdr = Literal["none", "hdr10", "hdr10+"]
PRESETS: Final = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
_LEAST_SIDE, _MOST_SIDE = 64, 8192
_FINE_ENOUGH: Final = 10_000  # ticks a second


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
        if not isinstance(self.fps, Rational):
            raise Unencodable(f"give the pictures a second as a whole number or a fraction, not {self.fps!r}")
        object.__setattr__(self, "fps", Fraction(self.fps))
        for good, advice in self._conditions():
            if not good:
                raise Unencodable(advice)
        _ = self.level

    def _conditions(self) -> Iterator[tuple[bool, str]]:
        yield (
            all(_LEAST_SIDE <= side <= _MOST_SIDE and side % 2 == 0 for side in (self.width, self.height)),
            f"a side has an even number of {_LEAST_SIDE} to {_MOST_SIDE} pixels, not {self.width} x {self.height}",
        )
        yield 1 <= self.fps <= 120, f"choose 1 to 120 pictures a second, not {self.fps}"
        yield self.timescale < 2**31, f"choose a simpler fraction of pictures a second than {self.fps}"
        yield 1 <= self.segment_frames <= 600, f"a segment has 1 to 600 pictures, not {self.segment_frames}"
        yield self.hdr in get_args(Hdr), f"hdr is one of {', '.join(get_args(Hdr))}"
        yield self.bits in (8, 10), f"a sample has 8 or 10 bits, not {self.bits}"
        yield self.bits == 10 or self.hdr == "none", "HDR needs 10 bits; 8 are for hdr none only"
        yield 0 <= self.crf <= 51, f"choose a crf of 0 to 51, not {self.crf}"
        yield self.kbps is None or self.kbps >= 1, "choose a bit rate of at least 1 kbit/s"
        # The preset is the only text that comes near the encoder.
        yield self.preset in PRESETS, f"choose a preset among {', '.join(PRESETS)}"

    @property
    def timescale(self) -> int:
        """Ticks a second. A multiple of the rate's numerator, so that every picture takes the same whole number."""
        return self.fps.numerator * (1 if self.fps.numerator >= _FINE_ENOUGH else 1000)

    @property
    def step(self) -> int:
        """Ticks from a picture to the next."""
        return self.timescale // self.fps.numerator * self.fps.denominator

    @property
    def level(self) -> Level:
        """The level and tier of the stream; none below 3.1, which all players have: lower ones starve pictures."""
        return choose_level(self.width, self.height, self.fps, self.kbps, lowest="3.1")
