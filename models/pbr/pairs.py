"""Pairs to learn from: a picture of a procedural material, and its exact maps."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.pbr.lit import photograph, sample_light
from models.pbr.maps import Field, MaterialMaps
from models.pbr.procedural import KINDS, draw_material
from models.pbr.targets import channels

SIDE: Final = 64
HELD_OUT: Final = 1 << 40  # seeds from here on are never trained on
_METALS: Final = {"brushed_metal", "rusted_metal", "hammered_metal"}


def sample_pair(
    generator: np.random.Generator, kind: str, seed: int, close: bool = False
) -> tuple[Field, MaterialMaps]:
    """A picture (64, 64, 3), sRGB 0 to 1 in 8-bit steps with a camera's noise, and its maps.

    Args:
        close: A quarter of the material, drawn twice as large: no longer seamless.
    """
    free = generator.random() < (0.15 if kind in _METALS else 0.5)
    dyed = generator.uniform(0.02, 0.95, 3) ** 1.5
    colour = (float(dyed[0]), float(dyed[1]), float(dyed[2])) if free else None
    maps = draw_material(kind, seed, SIDE * 2 if close else SIDE, colour)
    picture = photograph(maps, sample_light(generator))
    y, x = (int(place) for place in generator.integers(0, picture.shape[0], 2))

    def moved(field: Field) -> Field:
        return np.ascontiguousarray(np.roll(field, (-y, -x), (0, 1))[:SIDE, :SIDE])

    maps, picture = maps.each(moved), moved(picture)
    if close:
        # Half as wide: a height in widths of what is left is twice as large.
        maps = replace(maps, depth=maps.depth * 2)
    noisy = picture + generator.normal(0, generator.uniform(0, 0.012), picture.shape)
    return np.asarray(np.round(np.clip(noisy, 0, 1) * 255) / 255, np.float32), maps


def batch(seed: int, step: int, size: int) -> tuple[NDArray[np.float32], NDArray[np.float32], bool]:
    """The pictures (size, 3, 64, 64), channels (size, CHANNELS, 64, 64) of a step, and whether they are seamless.

    A step's own number seeds it, so that training goes on after a break as if there had been none.
    """
    generator = np.random.default_rng([seed, step])
    seamless = bool(generator.random() < 0.5)
    pictures, wanted = [], []
    for kind in generator.choice(list(KINDS), size):
        close = not seamless and bool(generator.random() < 0.35)
        picture, maps = sample_pair(generator, str(kind), int(generator.integers(HELD_OUT)), close)
        pictures.append(picture.transpose(2, 0, 1))
        wanted.append(channels(maps))
    return np.stack(pictures), np.stack(wanted), seamless
