"""The maps of a material: what a physically based renderer needs to draw a surface."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]
Values = NDArray[Any]  # floating point, on the way to a map

LARGEST_SIDE: Final = 8192


class MapsRefused(ValueError):
    """These are no maps of a material; the message says which one and what to change."""


@dataclass(frozen=True, eq=False)
class MaterialMaps:
    """A flat piece of material, one texel a cell, row 0 at the top.

    The metallic-roughness model of glTF 2.0 (appendix B): dielectrics reflect 4 % at normal incidence.

    Attributes:
        basecolor: (height, width, 3), linear BT.709, 0 to 1.
        normal: (height, width, 3), unit vectors in tangent space: x right, y up (OpenGL), z out of the surface.
        roughness: (height, width), perceptual, 0 to 1; its square is GGX's alpha.
        metallic: (height, width), 0 to 1.
        height: (height, width), 0 lowest to 1 highest.
        occlusion: (height, width), share of the sky that is seen, 0 to 1.
        depth: From height 0 to height 1, in widths of the piece.
        notes: What should be known of how the maps came about.
    """

    basecolor: Field
    normal: Field
    roughness: Field
    metallic: Field
    height: Field
    occlusion: Field
    depth: float
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width in texels."""
        return self.roughness.shape[0], self.roughness.shape[1]

    def each(self, change: Callable[[Field], Field]) -> "MaterialMaps":
        """The same material with every map changed alike."""
        return replace(
            self,
            basecolor=change(self.basecolor),
            normal=change(self.normal),
            roughness=change(self.roughness),
            metallic=change(self.metallic),
            height=change(self.height),
            occlusion=change(self.occlusion),
        )


def check_maps(maps: MaterialMaps) -> None:
    """Refuse what is no material.

    Raises:
        MapsRefused: A map has another size than the others, values that are no numbers or out of range, or normals
            that are no unit vectors.
    """
    rows, columns = maps.shape if maps.roughness.ndim == 2 else (0, 0)
    if not (1 <= rows <= LARGEST_SIDE and 1 <= columns <= LARGEST_SIDE):
        raise MapsRefused(f"a material is 1 to {LARGEST_SIDE} texels a side, not {maps.roughness.shape}")
    for name in ("basecolor", "normal", "roughness", "metallic", "height", "occlusion"):
        found: Field = getattr(maps, name)
        wanted = (rows, columns, 3) if name in {"basecolor", "normal"} else (rows, columns)
        if found.shape != wanted or found.dtype != np.float32:
            raise MapsRefused(f"{name} must be float32 {wanted}, not {found.dtype} {found.shape}")
        lowest = -1 if name == "normal" else 0
        # Written so that NaN fails too.
        if not bool(np.all((found >= lowest - 1e-4) & (found <= 1 + 1e-4))):
            raise MapsRefused(f"{name} must lie between {lowest} and 1 everywhere")
    if not np.allclose(np.linalg.norm(maps.normal, axis=-1), 1, atol=2e-2):
        raise MapsRefused("normal must hold unit vectors")
    if not 0 <= maps.depth <= 10:
        raise MapsRefused("depth must be between 0 and 10 widths of the piece")
