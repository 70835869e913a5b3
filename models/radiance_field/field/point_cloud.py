"""Points on what cameras see of a field."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.radiance_field.camera import Camera
from models.radiance_field.field.mesh import NoSurface, srgb
from models.radiance_field.field.radiance_field import RadianceField
from models.radiance_field.field.rendering import render


def point_cloud(field: RadianceField, cameras: Sequence[Camera]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """One point for each pixel that meets a surface: places (n, 3) in the world and sRGB colours (n, 3).

    Raises:
        NoSurface: No camera meets any.
    """
    places, colours = [], []
    for camera in cameras:
        drawn = render(field, camera)
        origins, directions = camera.rays()
        solid = np.isfinite(drawn.depth)
        along = drawn.depth[solid] / (directions[solid] @ camera.forward.astype(np.float32))
        places.append(origins[solid] + directions[solid] * along[:, None])
        alpha = drawn.light[solid, 3:]
        colours.append(srgb(drawn.light[solid, :3] / alpha))
    if not sum(map(len, places)):
        raise NoSurface("no camera sees any surface of the field")
    return np.concatenate(places), np.concatenate(colours)
