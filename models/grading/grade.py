"""What a colourist sets."""

from dataclasses import dataclass
from typing import Final

_BOUNDS: Final = {
    "exposure": (-6.0, 6.0),
    "temperature": (-1.0, 1.0),
    "tint": (-1.0, 1.0),
    "saturation": (0.0, 2.0),
    "contrast": (0.5, 2.0),
    "lift": (0.0, 0.2),
}


class CannotGrade(ValueError):
    """A setting is out of its bounds; the message says which."""


@dataclass(frozen=True)
class Grade:
    """Changes of scene-linear light, in this order; the defaults do nothing.

    Attributes:
        exposure: Stops, -6 to 6.
        temperature: From -1, blue, to 1, amber.
        tint: From -1, green, to 1, magenta.
        saturation: 0 is grey, 1 leaves it, at most 2.
        contrast: Power around middle grey (0.18), 0.5 to 2. It ends at diffuse white: what is brighter keeps its
            distance from white in stops, so that no lamp leaves the range of the format.
        lift: How bright black becomes, 0 to 0.2; diffuse white and what is brighter stay.

    Raises:
        CannotGrade: A setting is out of these bounds.
    """

    exposure: float = 0.0
    temperature: float = 0.0
    tint: float = 0.0
    saturation: float = 1.0
    contrast: float = 1.0
    lift: float = 0.0

    def __post_init__(self) -> None:
        for name, (least, most) in _BOUNDS.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise CannotGrade(f"choose a {name} of {least:g} to {most:g}, not {value:g}")
