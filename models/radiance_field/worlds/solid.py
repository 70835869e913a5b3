"""The things of a world: one solid with its place and matter, and all of an instant as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.radiance_field.worlds.distances import KINDS, ball_around
from models.radiance_field.worlds.material import Material, Materials
from models.radiance_field.worlds.motion import STILL, Motion, Place


@dataclass(frozen=True)
class Solid:
    """One solid.

    Attributes:
        kind: One of `distances.KINDS`.
        place: Of its middle.
        size: Three numbers; each kind's distance says what they are.
        turn: Radians about z and, before that, about x.
    """

    kind: str
    place: Place
    size: tuple[float, float, float]
    material: Material
    turn: tuple[float, float] = (0.0, 0.0)
    motion: Motion = STILL

    @property
    def radius(self) -> float:
        """Of a ball around it."""
        return ball_around(self.kind, self.size)


@dataclass(frozen=True, eq=False)
class Crowd:
    """The solids of one instant, (k,) of them, as arrays.

    Attributes:
        places: (k, 3)
        rotations: (k, 3, 3) from the solids' own axes to the world's.
        sizes: (k, 3)
        radii: (k,) of balls around them.
        glowing: (k,) radii of balls of about their surface, for the light that they send out.
        kinds: For each kind that is there, which solids are of it.
    """

    places: NDArray[np.float32]
    rotations: NDArray[np.float32]
    sizes: NDArray[np.float32]
    radii: NDArray[np.float32]
    glowing: NDArray[np.float32]
    kinds: dict[str, NDArray[np.intp]]
    materials: Materials

    @classmethod
    def at(cls, solids: Sequence[Solid], time: float) -> Self:
        """The solids as they are at a time."""
        scales = [solid.motion.scale(time) for solid in solids]
        present = [replace(solid.material, colour=solid.motion.colour(solid.material.colour, time)) for solid in solids]
        named = np.array([solid.kind for solid in solids], str)
        return cls(
            np.array([solid.motion.place(solid.place, time) for solid in solids], np.float32).reshape(-1, 3),
            np.array([solid.motion.rotation(solid.turn, time) for solid in solids], np.float32).reshape(-1, 3, 3),
            np.array(
                [[scale * size for size in solid.size] for solid, scale in zip(solids, scales, strict=True)], np.float32
            ).reshape(-1, 3),
            np.array([scale * solid.radius for solid, scale in zip(solids, scales, strict=True)], np.float32),
            np.array([scale * _alike(solid) for solid, scale in zip(solids, scales, strict=True)], np.float32),
            {kind: np.flatnonzero(named == kind) for kind in KINDS if (named == kind).any()},
            Materials(tuple(present)),
        )

    def local(self, which: NDArray[np.intp], places: NDArray[np.float32]) -> NDArray[np.float32]:
        """Places (n, 3) of the world in the axes of the solids `which` (n,)."""
        return self.turned_in(which, places - self.places[which])

    def turned_in(self, which: NDArray[np.intp], directions: NDArray[np.float32]) -> NDArray[np.float32]:
        """Directions (n, 3) of the world in the axes of the solids `which` (n,)."""
        return np.asarray(np.einsum("nij,ni->nj", self.rotations[which], directions), np.float32)

    def turned_out(self, which: NDArray[np.intp], directions: NDArray[np.float32]) -> NDArray[np.float32]:
        """Directions (n, 3) in the axes of the solids `which` (n,), in the world's."""
        return np.asarray(np.einsum("nij,nj->ni", self.rotations[which], directions), np.float32)


def _alike(solid: Solid) -> float:
    """The radius of a ball that is seen as large as the solid, on average over all sides."""
    a, b, c = solid.size
    if solid.kind == "torus":
        return float(np.sqrt(2 * a * c))
    if solid.kind in {"cylinder", "cone"}:
        return float(np.sqrt((a + b) * c / 2 + a * a / 4))
    return a if solid.kind == "sphere" else float(np.sqrt((a * b + b * c + a * c) / 3) * 1.1)
