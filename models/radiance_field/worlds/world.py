"""A world: solids, ground, light and clouds, whose every view can be worked out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from models.radiance_field.worlds.daylight import TIMES, Daylight
from models.radiance_field.worlds.material import Material
from models.radiance_field.worlds.motion import Place
from models.radiance_field.worlds.solid import Solid

MOST_SOLIDS: Final = 400
_PLATFORM: Final = 0.06


@dataclass(frozen=True)
class World:
    """A scene that a camera can be put into. Upright is z; the ground is at z = 0.

    Attributes:
        solids: What stands, floats or moves in it.
        ground: What an endless ground is made of; None for none.
        sky: Whether the sky is seen, so that every pixel is covered; else what is beside the solids is see-through.
        centre: What a camera looks at.
        radius: Everything of interest is within it around the centre.
    """

    solids: tuple[Solid, ...]
    light: Daylight = TIMES["day"]
    ground: Material | None = None
    sky: bool = False
    centre: Place = (0.0, 0.0, 0.35)
    radius: float = 1.5
    name: str = "world"

    def __post_init__(self) -> None:
        """Refuse what cannot be traced.

        Raises:
            ValueError: There is nothing in it, or more than can be traced in sensible time.
        """
        if not 1 <= len(self.solids) <= MOST_SOLIDS:
            raise ValueError(f"a world has 1 to {MOST_SOLIDS} solids, this has {len(self.solids)}")

    @property
    def moves(self) -> bool:
        """Whether it looks different at different times."""
        return not all(solid.motion.still for solid in self.solids)

    @property
    def repeats(self) -> bool:
        """Whether it looks at time 1 as at time 0."""
        return all(solid.motion.repeats for solid in self.solids)

    def cut_out(self) -> Self:
        """The same without sky: an endless ground becomes a round platform, and the rest is see-through.

        This is how a field of bounded space learns it best.
        """
        if not self.sky:
            return self
        solids: Sequence[Solid] = self.solids
        if self.ground is not None:
            size = (self.radius, 0.0, _PLATFORM)
            solids = (*solids, Solid("cylinder", (0.0, 0.0, -_PLATFORM), size, self.ground))
        return replace(self, solids=tuple(solids), ground=None, sky=False)
