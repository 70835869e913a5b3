"""A flat material photographed from the front: the other half of a training pair."""

from dataclasses import dataclass

import numpy as np

from models.hdr.transfer import srgb_of_linear
from models.pbr.ggx import DIELECTRIC, compensation, distribution, fresnel, reflected, visibility
from models.pbr.maps import Field, MaterialMaps


@dataclass(frozen=True)
class Light:
    """A lamp and the room round it.

    Attributes:
        direction: Towards the lamp, a unit vector: x right, y up, z to the viewer.
        lamp: Light that white chalk facing the lamp sends on.
        room: Light that white chalk sends on without the lamp.
        size: Width of the lamp; it blurs highlights like roughness does.
    """

    direction: tuple[float, float, float]
    lamp: float
    room: float
    size: float


def sample_light(generator: np.random.Generator) -> Light:
    """A lamp in front and above, from the upper left as a rule: pictures are read so."""
    azimuth = np.radians(generator.normal(125, 30))
    elevation = np.radians(generator.uniform(35, 78))
    flat = np.cos(elevation)
    bright = generator.uniform(0.85, 1.15)
    room = bright * generator.uniform(0.2, 0.5)
    return Light(
        (float(flat * np.cos(azimuth)), float(flat * np.sin(azimuth)), float(np.sin(elevation))),
        float(bright - room),
        float(room),
        float(generator.uniform(0.05, 0.2)),
    )


def photograph(maps: MaterialMaps, light: Light) -> Field:
    """The picture (height, width, 3), sRGB 0 to 1, of a viewer far away in front; it repeats where the maps do."""
    normal = maps.normal
    view = np.clip(normal[..., 2], 0.02, 1)
    metallic = maps.metallic[..., None]
    f0 = DIELECTRIC * (1 - metallic) + maps.basecolor * metallic
    towards = np.asarray(light.direction, np.float32)
    half = towards + np.asarray((0, 0, 1), np.float32)
    half /= np.linalg.norm(half)
    facing = np.clip(normal @ towards, 0, 1)
    alpha = np.clip(maps.roughness**2 + light.size**2, 0.01, 1)
    single = distribution(np.clip(normal @ half, 0, 1), alpha) * visibility(view, np.maximum(facing, 0.02), alpha)
    direct = (np.pi * light.lamp * facing * single)[..., None] * fresnel(f0, half[2:])
    scale, offset = reflected(maps.roughness, view)
    around = f0 * scale[..., None] + offset[..., None]
    shine = (direct + around * _room(maps, light)) * compensation(f0, maps.roughness, view)
    chalk = maps.basecolor * (1 - metallic) * (1 - around)
    total = chalk * (light.lamp * facing + light.room * maps.occlusion)[..., None] + shine
    return np.asarray(srgb_of_linear(total), np.float32)


def _room(maps: MaterialMaps, light: Light) -> Field:
    """What the room shows in the mirrored direction: a bright upper half, blurred by roughness."""
    normal = maps.normal
    up = 2 * normal[..., 2] * normal[..., 1]
    soft = 0.15 + 0.85 * maps.roughness
    level = light.room * (0.65 + 0.6 * np.tanh((up + 0.15) / soft)) + 0.45 * light.lamp
    return np.asarray((level * maps.occlusion)[..., None], np.float32)
