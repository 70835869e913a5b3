"""What is done to a model's pictures on their way into a video, in words that its result states."""

from dataclasses import dataclass
from typing import Final, Literal

Transfer = Literal["srgb", "linear"]
Method = Literal["none", "linearised", "expansion", "tone map"]


@dataclass(frozen=True)
class Treatment:
    """How light was come by.

    Attributes:
        method: `expansion` guesses light beyond white; nothing else invents any.
        note: A sentence for people.
    """

    method: Method
    note: str


_TREATMENTS: Final = {
    ("srgb", True): Treatment(
        "expansion",
        "The model made pictures for ordinary screens. Light beyond diffuse white was guessed from their bright tones, "
        "by one curve a scene; it is not what a camera would have measured.",
    ),
    ("srgb", False): Treatment("linearised", "The model made pictures for ordinary screens, and they stayed such."),
    ("linear", True): Treatment("none", "The model made scene-linear light, and its range was kept."),
    ("linear", False): Treatment(
        "tone map",
        "The model made scene-linear light. What is brighter than three quarters of diffuse white was rolled off for "
        "ordinary screens.",
    ),
}


def treatment(transfer: Transfer, hdr: bool) -> Treatment:
    """What is done to pictures of this kind where HDR is asked for, or is not."""
    return _TREATMENTS[transfer, hdr]
