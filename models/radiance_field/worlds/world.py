"""A world: solids, ground, light and clouds, whose every view can be worked out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from models.radiance_field.worlds.clouds import Puff
from models.radiance_field.worlds.daylight import TIMES, Daylight
from models.radiance_field.worlds.material import Material
from models.radiance_field.worlds.motion import Motion, Place
from models.radiance_field.worlds.solid import Solid

MOST_SOLIDS: Final = 400
MOST_PUFFS: Final = 1000
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
    clouds: tuple[Puff, ...] = ()
    centre: Place = (0.0, 0.0, 0.35)
    radius: float = 1.5
    name: str = "world"

    def __post_init__(self) -> None:
        """Refuse what cannot be traced.

        Raises:
            ValueError: There is nothing in it, or more than can be traced in sensible time.
        """
        if not (self.solids or self.clouds):
            raise ValueError("a world has at least one solid or cloud")
        if len(self.solids) > MOST_SOLIDS or len(self.clouds) > MOST_PUFFS:
            raise ValueError(f"a world has at most {MOST_SOLIDS} solids and {MOST_PUFFS} puffs of cloud")

    @property
    def moves(self) -> bool:
        """Whether it looks different at different times."""
        return not all(motion.still for motion in self._motions)

    @property
    def repeats(self) -> bool:
        """Whether it looks at time 1 as at time 0."""
        return all(motion.repeats for motion in self._motions)

    @property
    def _motions(self) -> list[Motion]:
        return [solid.motion for solid in self.solids] + [puff.motion for puff in self.clouds]

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
