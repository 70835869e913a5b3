"""Procedural materials by name: every map exact, every edge meets its opposite."""

from typing import Final

import numpy as np

from models.pbr.maps import Field, MapsRefused, MaterialMaps
from models.pbr.procedural import cloth, ground, masonry, metals
from models.pbr.procedural.surface import Colour, Maker
from models.pbr.relief import normals_of_height, occlusion_of_height

# What makes it, and the colours it is found in: linear BT.709.
KINDS: Final[dict[str, tuple[Maker, tuple[Colour, ...]]]] = {
    "bricks": (masonry.bricks, ((0.38, 0.1, 0.05), (0.5, 0.3, 0.14), (0.3, 0.28, 0.26))),
    "planks": (masonry.planks, ((0.34, 0.17, 0.07), (0.16, 0.07, 0.03), (0.5, 0.36, 0.2), (0.3, 0.3, 0.3))),
    "tiles": (masonry.tiles, ((0.75, 0.75, 0.72), (0.1, 0.25, 0.45), (0.08, 0.35, 0.25), (0.5, 0.18, 0.08))),
    "cobbles": (masonry.cobbles, ((0.25, 0.25, 0.26), (0.36, 0.3, 0.22), (0.18, 0.2, 0.24))),
    "brushed_metal": (metals.brushed_metal, ((0.56, 0.57, 0.58), (0.91, 0.92, 0.92), (0.95, 0.64, 0.54))),
    "rusted_metal": (metals.rusted_metal, ((0.56, 0.57, 0.58), (0.4, 0.42, 0.45))),
    "hammered_metal": (metals.hammered_metal, ((1.0, 0.77, 0.34), (0.95, 0.64, 0.54), (0.72, 0.7, 0.66))),
    "fabric": (cloth.fabric, ((0.5, 0.06, 0.06), (0.06, 0.12, 0.4), (0.6, 0.56, 0.48), (0.08, 0.3, 0.14))),
    "leather": (cloth.leather, ((0.2, 0.08, 0.03), (0.04, 0.035, 0.03), (0.4, 0.22, 0.1), (0.3, 0.03, 0.03))),
    "sand": (ground.sand, ((0.62, 0.46, 0.26), (0.75, 0.68, 0.52), (0.45, 0.26, 0.14))),
    "grass": (ground.grass, ((0.1, 0.26, 0.03), (0.06, 0.18, 0.03), (0.2, 0.3, 0.06))),
    "plaster": (ground.plaster, ((0.75, 0.72, 0.66), (0.7, 0.5, 0.28), (0.5, 0.56, 0.6))),
    "marble": (ground.marble, ((0.82, 0.81, 0.79), (0.12, 0.16, 0.13), (0.6, 0.42, 0.34))),
    "concrete": (ground.concrete, ((0.38, 0.38, 0.37), (0.5, 0.48, 0.44))),
}
SMALLEST, LARGEST = 8, 4096


def draw_material(kind: str, seed: int, size: int = 64, colour: Colour | None = None) -> MaterialMaps:
    """Draw a square piece of a material, seamless in both directions.

    Args:
        kind: One of `KINDS`.
        seed: From 0; the same one gives the same pattern at every size.
        size: Texels a side, 8 to 4096.
        colour: Of its main part, linear BT.709, 0 to 1; None for one that it is found in, a little off.

    Raises:
        MapsRefused: An unknown kind, a size or a colour out of range.
    """
    if kind not in KINDS:
        raise MapsRefused(f"there is no material {kind!r}; there are {', '.join(KINDS)}")
    if not SMALLEST <= size <= LARGEST or seed < 0:
        raise MapsRefused(f"size must be {SMALLEST} to {LARGEST} and seed not negative")
    if colour is not None and not all(0 <= part <= 1 for part in colour):
        raise MapsRefused("colour must hold three parts from 0 to 1")
    maker, palette = KINDS[kind]
    generator = np.random.default_rng([seed, list(KINDS).index(kind)])
    found = np.asarray(palette[generator.integers(len(palette))]) * (
        generator.uniform(0.75, 1.2) * generator.uniform(0.94, 1.06, 3)
    )
    parts = [float(part) for part in (np.clip(found, 0, 1) if colour is None else colour)]
    made = maker(generator, (size, size), (parts[0], parts[1], parts[2]))
    height, depth = levelled(made.height)
    return MaterialMaps(
        made.basecolor,
        normals_of_height(made.height),
        made.roughness,
        made.metallic,
        height,
        occlusion_of_height(made.height),
        depth,
    )


def levelled(height: Field) -> tuple[Field, float]:
    """Heights in widths as 0 to 1, and what 1 stands for."""
    lowest = float(height.min())
    depth = float(height.max()) - lowest
    if depth < 1e-7:
        return np.full(height.shape, 0.5, np.float32), 0.0
    return np.clip((height - lowest) / depth, 0, 1).astype(np.float32), depth
