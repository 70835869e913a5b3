"""The screen on which a video was mastered (SMPTE ST 2086), as static metadata needs it."""

from dataclasses import dataclass
from typing import Final

# Green, blue, red, white: x and y in steps of 0.00002 (H.265, D.3.28). P3 with D65 holds our light, which is BT.709's.
P3_D65: Final = (13_250, 34_500, 7_500, 3_000, 34_000, 16_000, 15_635, 16_450)
_PEAKS: Final = (1000, 2000, 4000, 10_000)  # cd/m2 that mastering screens have


@dataclass(frozen=True)
class Mastering:
    """Its colours and its range.

    Attributes:
        chromaticities: Green, blue, red and white, x and y, in steps of 0.00002.
        peak: In 0.0001 cd/m2.
        black: In 0.0001 cd/m2.
    """

    chromaticities: tuple[int, ...] = P3_D65
    peak: int = 10_000_000
    black: int = 1

    def payload(self) -> bytes:
        """As the SEI message and MP4's `mdcv` box carry it."""
        numbers = b"".join(value.to_bytes(2, "big") for value in self.chromaticities)
        return numbers + self.peak.to_bytes(4, "big") + self.black.to_bytes(4, "big")


def mastering_for(max_cll: int) -> Mastering:
    """The least of the usual screens that shows light of so many cd/m2 without cutting it."""
    peak = next((each for each in _PEAKS if each >= max_cll), _PEAKS[-1])
    return Mastering(peak=peak * 10_000)


def light_level_payload(max_cll: int, max_fall: int) -> bytes:
    """MaxCLL and MaxFALL as the SEI message and MP4's `clli` box carry them (H.265, D.2.35)."""
    return max_cll.to_bytes(2, "big") + max_fall.to_bytes(2, "big")
