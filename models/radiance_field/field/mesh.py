"""Surfaces of a field: a mesh by marching cubes with colours, and points, as files."""

from typing import Final, cast

import numpy as np
import torch
import trimesh
from numpy.typing import NDArray
from skimage.measure import marching_cubes
from torch import Tensor

from models.embedded_image.light import encode_light
from models.radiance_field.field.radiance_field import RadianceField
from models.radiance_field.field.rendering import normals

_AT_ONCE: Final = 200_000
FINEST: Final = 512


class NoSurface(ValueError):
    """Nothing in the field is dense enough to have a surface."""


def surface(field: RadianceField, resolution: int = 128, opacity: float = 0.3, time: float = 0.0) -> trimesh.Trimesh:
    """The surface where one step along a ray begins to cover so much, with a colour at each corner.

    Corners lie in the world's coordinates; colours are those seen head-on, sRGB cut at diffuse white; faces turn
    counter-clockwise as seen from outside.
    Marching cubes: Lewiner et al. 2003, scikit-image's.

    Args:
        resolution: Cells along each side of the box, 8 to 512.
        opacity: Above 0, below 1.
        time: 0 to 1.

    Raises:
        NoSurface: There is none at that opacity.
        ValueError: The resolution or opacity is out of bounds.
    """
    if not 8 <= resolution <= FINEST or not 0 < opacity < 1:
        raise ValueError(f"a surface has 8 to {FINEST} cells a side, and an opacity between 0 and 1")
    level = float(-np.log1p(-opacity) / field.step)
    density = _densities(field, resolution, time)
    # Closed where the scene is cut by the box.
    density = np.pad(density, 1)
    if not density.max() > level:
        raise NoSurface("nothing in the field is that dense; ask for less opacity, or train for longer")
    # Marching in the logarithm puts corners where the steep slope of the density is, not at the foot of it.
    corners, faces, _, _ = marching_cubes(np.log1p(density / level), float(np.log(2)))  # type: ignore[no-untyped-call]
    inside = torch.from_numpy(((corners - 0.5) * (2 / resolution) - 1).astype(np.float32)).clamp(-1, 1)
    places, colours = _painted(field, inside, time)
    return trimesh.Trimesh(places, faces[:, ::-1], vertex_colors=colours, process=False)


def write_glb(mesh: trimesh.Trimesh) -> bytes:
    """A mesh as binary glTF 2.0, which has y up: the world's z becomes y."""
    upright = trimesh.Trimesh(
        mesh.vertices[:, (0, 2, 1)] * (1, 1, -1),
        mesh.faces,
        vertex_colors=cast("trimesh.visual.ColorVisuals", mesh.visual).vertex_colors,
        process=False,
    )
    return cast("bytes", upright.export(file_type="glb"))


def write_ply(places: NDArray[np.float32], colours: NDArray[np.uint8]) -> bytes:
    """Points (n, 3) of the world and their sRGB colours (n, 3) as a binary PLY file."""
    points = trimesh.PointCloud(places, colours)  # type: ignore[no-untyped-call]
    return cast("bytes", points.export(file_type="ply"))  # type: ignore[no-untyped-call]


@torch.inference_mode()
def _densities(field: RadianceField, resolution: int, time: float) -> NDArray[np.float32]:
    """(resolution, resolution, resolution) at the middles of cells; 0 where the field knows of nothing."""
    device = field.occupancy.opacity.device
    middles = (torch.arange(resolution, device=device) + 0.5) * (2 / resolution) - 1
    found = np.zeros((resolution,) * 3, np.float32)
    for plane in range(resolution):
        x, y, z = torch.meshgrid(middles[plane : plane + 1], middles, middles, indexing="ij")
        points = torch.stack((x, y, z), -1).view(-1, 3)
        full = field.occupancy.holds(points)
        density = torch.zeros(len(points), device=device)
        density[full] = field.density(points[full], torch.full((int(full.sum()),), time, device=device))
        found[plane] = density.view(resolution, resolution).cpu().numpy()
    return found


@torch.inference_mode()
def _painted(field: RadianceField, inside: Tensor, time: float) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Places in the world, and colours seen along the normals from outside."""
    places, colours = [], []
    for part in inside.to(field.occupancy.opacity.device).split(_AT_ONCE):  # type: ignore[no-untyped-call]
        place = field.box.outside(part)
        times = torch.full((len(part),), time, device=part.device)
        light = field.light(part, -normals(field, place, times), times)
        places.append(place.cpu().numpy())
        colours.append(srgb(light.cpu().numpy()))
    return np.concatenate(places), np.concatenate(colours)


def srgb(light: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Scene-linear light as 8 bits of sRGB, cut at diffuse white."""
    return np.round((encode_light(light.clip(0, 1)) + 1) * 127.5).astype(np.uint8)
