"""What a reader found in a file."""

from dataclasses import dataclass
from fractions import Fraction

from models.video_file.dynamic_metadata import DynamicMetadata


@dataclass(frozen=True)
class Seen:
    """One reader's account. Sequences have one entry a picture, in the order in which they are shown.

    Attributes:
        reader: Its name and version.
        whole: Whether it looked at all pictures, or only at the first ones.
        tag: The sample entry's four letters.
        size: Width and height.
        profile: `Main` or `Main 10`.
        level_idc: Thirty times the level.
        tier: `main` or `high`; None where the reader does not tell.
        colour: H.273's code points of primaries, transfer and matrix.
        limited: Whether the range is the limited one.
        clock: Seconds a tick.
        times: In ticks.
        mastering: The payload of SEI message 137, the same in every place where it was found.
        light_level: The payload of SEI message 144, likewise.
        dynamic: HDR10+ metadata.
        problems: What the reader itself found wrong.
    """

    reader: str
    whole: bool
    tag: str
    size: tuple[int, int]
    profile: str
    level_idc: int
    tier: str | None
    colour: tuple[int, int, int]
    limited: bool
    clock: Fraction
    times: tuple[int, ...]
    mastering: bytes | None
    light_level: bytes | None
    dynamic: tuple[DynamicMetadata | None, ...]
    problems: tuple[str, ...] = ()
