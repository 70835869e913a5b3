"""A surface as its maker gives it, before normals and occlusion are worked out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.pbr.maps import Field, Values
from models.pbr.procedural.noise import Shape

Colour = tuple[float, float, float]  # linear BT.709, 0 to 1


@dataclass(frozen=True, eq=False)
class Surface:
    """Maps of a kind of material; height in widths of the piece."""

    basecolor: Field
    height: Field
    roughness: Field
    metallic: Field


Maker = Callable[[np.random.Generator, Shape, Colour], Surface]


def painted(colour: Colour, tone: Values) -> Field:
    """A colour made lighter and darker: (height, width, 3)."""
    return np.asarray(np.asarray(colour, np.float32) * tone[..., None], np.float32)


def blend(below: Values, above: Values, share: Values) -> Field:
    """`above` over `below`; colours or fields."""
    part = share[..., None] if below.ndim == 3 else share
    return np.asarray(below + (above - below) * part, np.float32)


def surface(basecolor: Values, height: Values, roughness: Values | float, metallic: Values | float = 0.0) -> Surface:
    """A surface with values brought into range."""
    shape = height.shape
    return Surface(
        np.clip(basecolor, 0.005, 1).astype(np.float32),
        height.astype(np.float32),
        np.clip(np.broadcast_to(roughness, shape), 0.04, 1).astype(np.float32),
        np.clip(np.broadcast_to(metallic, shape), 0, 1).astype(np.float32),
    )
