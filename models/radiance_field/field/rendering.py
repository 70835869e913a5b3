"""Pictures of a field, row by row in bounded memory."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.radiance_field.camera import Camera
from models.radiance_field.field.radiance_field import RadianceField
from models.radiance_field.field.tracing import seen_against, trace

_MOST_SAMPLES: Final = 400_000  # at a time, whatever the picture's size
_SURFACE: Final = 0.5


@dataclass(frozen=True, eq=False)
class Rendered:
    """Rows of a view.

    Attributes:
        light: (rows, width, 4) scene-linear in BT.709, premultiplied, as in `Picture`; the fourth is 1 everywhere where
            the field has surroundings.
        coverage: (rows, width) of what is in the box, 0 to 1.
        depth: (rows, width) along the camera's axis, in the world's units; infinite where less than half is covered.
        normal: (rows, width, 3) unit vectors in the world, out of the surface; 0 likewise.
    """

    light: NDArray[np.float32]
    coverage: NDArray[np.float32]
    depth: NDArray[np.float32]
    normal: NDArray[np.float32]


def render(field: RadianceField, camera: Camera, time: float | None = None, rows: slice = slice(None)) -> Rendered:
    """What a camera sees.

    Args:
        time: 0 to 1; the camera's own unless given.
        rows: Of the camera's picture, all unless given.
    """
    camera = camera if time is None else replace(camera, time=time)
    begin, end, _ = rows.indices(camera.height)
    shape = (end - begin, camera.width)
    made = Rendered(
        np.zeros((*shape, 4), np.float32),
        np.zeros(shape, np.float32),
        np.full(shape, np.inf, np.float32),
        np.zeros((*shape, 3), np.float32),
    )
    at_once = max(_MOST_SAMPLES // field.shape.samples, 1)
    height = max(at_once // camera.width, 1)
    for top in range(begin, end, height):
        band = slice(top, min(top + height, end))
        origins, directions = (array.reshape(-1, 3) for array in camera.rays(band))
        cosine = directions @ camera.forward.astype(np.float32)
        place = slice(top - begin, band.stop - begin)
        flat = [
            part[place].reshape(-1, *part.shape[2:]) for part in (made.light, made.coverage, made.depth, made.normal)
        ]
        for first in range(0, len(origins), at_once):
            piece = slice(first, first + at_once)
            drawn = _draw(field, origins[piece], directions[piece], camera.time)
            for whole, part in zip(flat, drawn, strict=True):
                whole[piece] = part
        flat[2] *= cosine
    return made


def render_bands(
    field: RadianceField, camera: Camera, time: float | None = None, height: int = 64
) -> Iterator[Rendered]:
    """The same from top to bottom, `height` rows at a time, so that not even the picture need be kept."""
    for top in range(0, camera.height, height):
        yield render(field, camera, time, slice(top, min(top + height, camera.height)))


@torch.inference_mode()
def _draw(
    field: RadianceField, origins: NDArray[np.float32], directions: NDArray[np.float32], time: float
) -> tuple[NDArray[np.float32], ...]:
    """Light, coverage, distance and normal of some rays."""
    device = field.occupancy.opacity.device
    start, ahead = (torch.from_numpy(array).to(device) for array in (origins, directions))
    times = torch.full((len(start),), time, device=device)
    traced = trace(field, start, ahead, times)
    if field.surroundings is None:
        light = torch.cat((traced.light, traced.coverage[:, None]), 1)
    else:
        light = seen_against(traced, field.surroundings(ahead))
        light = torch.cat((light, torch.ones_like(light[:, :1])), 1)
    solid = traced.coverage > _SURFACE
    distance = torch.where(solid, traced.distance, torch.inf)
    normal = torch.zeros_like(traced.light)
    surface = start[solid] + ahead[solid] * traced.distance[solid, None]
    normal[solid] = normals(field, surface, times[solid])
    return tuple(part.cpu().numpy() for part in (light, traced.coverage, distance, normal))


def normals(field: RadianceField, points: Tensor, times: Tensor) -> Tensor:
    """Unit vectors (n, 3) at points (n, 3) of the world down the slope of the density, by central differences."""
    reach = 2 * field.step
    slopes = []
    for axis in range(3):
        aside = torch.zeros_like(points)
        aside[:, axis] = reach
        ahead, behind = (field.density(field.box.inside(points + sign * aside), times) for sign in (1, -1))
        slopes.append(behind - ahead)
    slope = torch.stack(slopes, -1)
    unit: Tensor = slope / slope.norm(dim=-1, keepdim=True).clamp(min=1e-9)
    return unit
