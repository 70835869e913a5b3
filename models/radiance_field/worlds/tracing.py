"""Pictures of a world: one ray through each part of a pixel, averaged in light."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.radiance_field.camera import Camera
from models.radiance_field.picture import Picture
from models.radiance_field.worlds.hitting import NOTHING, normals
from models.radiance_field.worlds.shading import Instant
from models.radiance_field.worlds.world import World

_AT_ONCE: Final = 12_000  # rays: what they need of a hundred solids stays within a core's cache


@dataclass(frozen=True, eq=False)
class Survey:
    """What a camera's pixels' centres meet.

    Attributes:
        depth: (height, width) along the camera's axis, infinite where nothing is met.
        normal: (height, width, 3) unit vectors in the world, 0 where nothing is met.
    """

    depth: NDArray[np.float32]
    normal: NDArray[np.float32]


def trace(world: World, camera: Camera, samples: int = 2) -> NDArray[np.float32]:
    """What the camera sees at its own time.

    Args:
        samples: Rays a pixel along each side: 2 means four a pixel.

    Returns:
        (height, width, 4) scene-linear light in BT.709, 1 is diffuse white, already multiplied by the fourth: how much
        of the pixel the world covers.

    Raises:
        ValueError: Samples are not 1 to 8.
    """
    if not 1 <= samples <= 8:
        raise ValueError("samples are 1 to 8 along each side of a pixel")
    fine = camera.scaled(camera.width * samples, camera.height * samples)
    instant = Instant.of(world, camera.time)
    picture = np.empty((camera.height, camera.width, 4), np.float32)
    band = max(1, _AT_ONCE // (fine.width * samples))
    for top in range(0, camera.height, band):
        bottom = min(top + band, camera.height)
        origins, directions = fine.rays(slice(top * samples, bottom * samples))
        light, _ = instant.light(origins.reshape(-1, 3), directions.reshape(-1, 3))
        picture[top:bottom] = light.reshape(bottom - top, samples, camera.width, samples, 4).mean((1, 3))
    return picture


def survey(world: World, camera: Camera) -> Survey:
    """Depths and normals of what the camera sees at its own time."""
    instant = Instant.of(world, camera.time)
    depth = np.empty((camera.height, camera.width), np.float32)
    normal = np.empty((camera.height, camera.width, 3), np.float32)
    band = max(1, _AT_ONCE // camera.width)
    for top in range(0, camera.height, band):
        rows = slice(top, min(top + band, camera.height))
        origins, directions = (rays.reshape(-1, 3) for rays in camera.rays(rows))
        hits = instant.hit(origins, directions)
        met = hits.which != NOTHING
        places = np.where(met[:, None], origins + directions * np.where(met, hits.depths, 0)[:, None], 0)
        facing = normals(instant.crowd, hits, places.astype(np.float32)) * met[:, None]
        along = directions @ camera.forward.astype(np.float32)
        depth[rows] = (hits.depths * along).reshape(-1, camera.width)
        normal[rows] = facing.reshape(-1, camera.width, 3)
    return Survey(depth, normal)


def photograph(world: World, cameras: Iterable[Camera], samples: int = 2) -> list[Picture]:
    """A picture from each camera."""
    return [Picture(camera, trace(world, camera, samples)) for camera in cameras]
