"""Which level and tier of HEVC a video needs (ITU-T H.265, tables A.8 and A.9)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from models.video_file.video_error import NoLevel

# Level; most luma samples a picture; most of them a second; kbit/s in the Main and in the High tier (0: it has none).
# The coded picture buffer (kbit) has the same figures, but for level 1, where it is 350.
_LEVELS: Final = (
    ("1", 36_864, 552_960, 128, 0),
    ("2", 122_880, 3_686_400, 1_500, 0),
    ("2.1", 245_760, 7_372_800, 3_000, 0),
    ("3", 552_960, 16_588_800, 6_000, 0),
    ("3.1", 983_040, 33_177_600, 10_000, 0),
    ("4", 2_228_224, 66_846_720, 12_000, 30_000),
    ("4.1", 2_228_224, 133_693_440, 20_000, 50_000),
    ("5", 8_912_896, 267_386_880, 25_000, 100_000),
    ("5.1", 8_912_896, 534_773_760, 40_000, 160_000),
    ("5.2", 8_912_896, 1_069_547_520, 60_000, 240_000),
    ("6", 35_651_584, 1_069_547_520, 60_000, 240_000),
    ("6.1", 35_651_584, 2_139_095_040, 120_000, 480_000),
    ("6.2", 35_651_584, 4_278_190_080, 240_000, 800_000),
)
_SMALLEST_BLOCK: Final = 8  # pictures are coded in multiples of this


@dataclass(frozen=True)
class Level:
    """A level with its tier.

    Attributes:
        name: "5.1".
        tier: "main" or "high".
        kbps: The most kbit/s that it allows.
    """

    name: str
    tier: Literal["main", "high"]
    kbps: int

    @property
    def idc(self) -> int:
        """`general_level_idc`: thirty times the level (H.265, A.4.1)."""
        return round(30 * float(self.name))

    @property
    def buffer_kbit(self) -> int:
        """The largest coded picture buffer."""
        return 350 if self.name == "1" else self.kbps


def most_samples(name: str) -> int:
    """The luma samples of a level's largest picture."""
    return next(picture for level, picture, *_ in _LEVELS if level == name)


def choose_level(width: int, height: int, fps: Fraction, kbps: int | None = None, lowest: str = "1") -> Level:
    """The lowest level that carries these pictures.

    Args:
        width: Pixels, and so is the height.
        height: Pixels.
        fps: Pictures a second.
        kbps: The bit rate, where it is known: then the Main tier is taken if it suffices. Where it is not (constant
            quality), the High tier is taken from level 5 on: 4K and 8K in good quality need more than Main gives.
        lowest: Take none below this level.

    Raises:
        NoLevel: Level 6.2 does not suffice.
    """
    wide, high = (-(-side // _SMALLEST_BLOCK) * _SMALLEST_BLOCK for side in (width, height))
    samples = wide * high
    for name, picture, second, main, high_tier in _LEVELS:
        # A side is at most sqrt(8 * MaxLumaPs), H.265 A.4.1 b) and c).
        fits = samples <= picture and samples * fps <= second and max(wide, high) ** 2 <= 8 * picture
        if not fits or float(name) < float(lowest):
            continue
        if kbps is None:
            upper = high_tier > 0 and float(name) >= 5
            return Level(name, "high" if upper else "main", high_tier if upper else main)
        if kbps <= main:
            return Level(name, "main", main)
        if kbps <= high_tier:
            return Level(name, "high", high_tier)
    said = f"{width} x {height} at {float(fps):g} pictures a second" + ("" if kbps is None else f" and {kbps} kbit/s")
    raise NoLevel(
        f"{said} is beyond level 6.2 of HEVC (8192 x 4320 at 120, 800,000 kbit/s): choose a smaller size, a lower rate "
        "or fewer bits"
    )
