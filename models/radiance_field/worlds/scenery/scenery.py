"""What a scenery brings."""

from dataclasses import dataclass

from models.radiance_field.worlds.clouds import Puff
from models.radiance_field.worlds.material import Material
from models.radiance_field.worlds.motion import Place
from models.radiance_field.worlds.solid import Solid


@dataclass(frozen=True)
class Scenery:
    """The surroundings of a world's things.

    Attributes:
        ground: None where there is none, as among clouds.
        room: Radius around the middle that is left free for things.
    """

    solids: tuple[Solid, ...]
    ground: Material | None
    clouds: tuple[Puff, ...] = ()
    room: float = 1.1
    centre: Place = (0.0, 0.0, 0.35)
    radius: float = 1.5
