"""What a scene is made of: plain data, drawn and described elsewhere."""

from dataclasses import dataclass
from typing import Final, Literal

FLAT: Final = ("circle", "square", "triangle", "star", "heart", "diamond", "cross", "ring")
SOLID: Final = ("ball", "cube", "cylinder", "cone")
SHAPES: Final = FLAT + SOLID
SIZES: Final = ("small", "medium", "large")
RELATIONS: Final = ("left", "above")
FINISHES: Final = ("matte", "shiny", "glowing")
TIMES: Final = ("dawn", "day", "sunset", "night")
GROUNDS: Final = ("sea", "hills", "mountains", "desert", "forest", "city")
SKIES: Final = ("clear", "cloudy")
MATERIALS: Final = ("bricks", "planks", "tiles", "stones", "sand", "marble", "fabric", "metal")


@dataclass(frozen=True)
class Thing:
    """One object.

    Attributes:
        x: Centre, in units of the picture's shorter side from its middle, to the right.
        y: The same, downwards.
        radius: Half of its extent, in the same units.
        turn: Rotation in radians; solids are not turned.
    """

    shape: str
    colour: str
    finish: str
    x: float
    y: float
    radius: float
    turn: float = 0.0


@dataclass(frozen=True)
class Landscape:
    """Ground under a sky.

    Attributes:
        seed: Of everything that the words leave open: the skyline, the clouds' places, the light's place.
    """

    ground: str
    time: str
    sky: str
    seed: int


@dataclass(frozen=True)
class Backdrop:
    """A plain wall, or a wall above a floor, both of one colour."""

    colour: str
    floor: bool
    seed: int


@dataclass(frozen=True)
class Arrangement:
    """One to four things before a backdrop or a landscape.

    Attributes:
        things: One; two in `relation`, the one that is left of or above the other first; or two to four alike.
        size: The word for the size of a thing that is alone, else None.
    """

    things: tuple[Thing, ...]
    setting: Backdrop | Landscape
    relation: Literal["left", "above"] | None = None
    size: str | None = None


@dataclass(frozen=True)
class Texture:
    """A surface seen from the front, filling the picture."""

    material: str
    colour: str
    seed: int


Scene = Arrangement | Landscape | Texture
