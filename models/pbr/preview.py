"""A material drawn on a ball or a plate under a studio's light, on the processor.

GGX with height-correlated Smith, Schlick's Fresnel, compensation for several bounces (`models.pbr.ggx`), light from all
round by importance sampling of visible facets; chalk beneath gets what the shine leaves.
"""

from dataclasses import replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.hdr import tone_map
from models.hdr.transfer import linear_of_srgb
from models.pbr.environment import Environment, irradiance, studio
from models.pbr.ggx import DIELECTRIC, SMALLEST_ALPHA, compensation, fresnel, masking, points, reflected, visible_facet
from models.pbr.maps import MapsRefused, MaterialMaps, Values, check_maps
from models.pbr.resizing import resize

Shape = Literal["ball", "plate"]

_SAMPLES: Final = 48
_SAMPLES_OF_FOUR: Final = 20  # where four points make a pixel
_TILES: Final = 2  # times the piece fits along half of the ball's girth
_AROUND: Final = 0.045  # radiance of the backdrop
SMALLEST, LARGEST = 16, 2048


def shade(
    normal: Values,
    view: Values,
    basecolor: Values,
    roughness: Values,
    metallic: Values,
    occlusion: Values,
    environment: Environment,
    samples: int = _SAMPLES,
) -> Values:
    """Radiance (points, 3) towards the viewer.

    Args:
        normal: (points, 3), as are `view` (towards the viewer) and `basecolor`; the others are (points,).
    """
    normal, view, basecolor = (np.asarray(field, np.float32) for field in (normal, view, basecolor))
    roughness, metallic, occlusion = (np.asarray(field, np.float32) for field in (roughness, metallic, occlusion))
    along = np.clip((normal * view).sum(-1), 1e-3, 1)
    alpha = np.maximum(roughness * roughness, SMALLEST_ALPHA)
    part = metallic[:, None]
    f0 = DIELECTRIC * (1 - part) + basecolor * part
    right, up = _frame(normal)
    own = np.stack([(view * right).sum(-1), (view * up).sum(-1), along], -1)
    own /= np.linalg.norm(own, axis=-1, keepdims=True)
    seen = masking(own[:, 2], alpha)
    shine, caught = np.zeros_like(basecolor), np.zeros_like(along)
    for u, v in points(samples).tolist():
        half = visible_facet(own, alpha, u, v)
        cosine = (own * half).sum(-1)
        out = 2 * cosine[:, None] * half - own
        # What a sample of the visible facets counts: F G2 / G1 (Heitz 2018, equation 19).
        masked = (1 + seen) / (1 + seen + masking(np.maximum(out[:, 2], 1e-4), alpha))
        masked = np.where(out[:, 2] > 0, masked, 0)
        caught += masked
        shine += (
            fresnel(f0, cosine[:, None])
            * masked[:, None]
            * environment(out[:, :1] * right + out[:, 1:2] * up + out[:, 2:] * normal)
        )
    scale, offset = reflected(roughness, along)
    # So few samples weigh up to 3 % too much or too little: the exact sum is known and takes its place.
    shine *= compensation(f0, roughness, along) * ((scale + offset) / np.maximum(caught, 1e-6))[:, None]
    sent = (f0 * scale[:, None] + offset[:, None]) * compensation(f0, roughness, along)
    chalk = basecolor * (1 - part) * (1 - sent) * irradiance(environment, normal)
    return np.asarray(chalk * occlusion[:, None] + shine * _shine_seen(along, occlusion, roughness)[:, None])


def _shine_seen(along: Values, occlusion: Values, roughness: Values) -> Values:
    """Share of the mirrored light that is not hidden (Lagarde and de Rousiers, "Moving Frostbite to PBR", 2014)."""
    return np.asarray(np.clip((along + occlusion) ** np.exp2(-16 * roughness - 1) - 1 + occlusion, 0, 1))


def _frame(normal: Values) -> tuple[Values, Values]:
    """Two directions across each normal (Duff et al., "Building an orthonormal basis, revisited", JCGT 2017)."""
    x, y, z = normal[:, 0], normal[:, 1], normal[:, 2]
    sign = np.where(z >= 0, 1.0, -1.0)
    a = -1 / (sign + z)
    b = x * y * a
    return (
        np.stack([1 + sign * x * x * a, sign * b, -sign * x], -1),
        np.stack([b, sign + y * y * a, -y], -1),
    )


def render_light(
    maps: MaterialMaps,
    size: int = 256,
    shape: Shape = "ball",
    environment: Environment = studio,
    samples: int = _SAMPLES,
) -> Values:
    """The picture as scene-linear light (size, size, 3), seen by a viewer far away along -z.

    Raises:
        MapsRefused: The maps are none, or the size is not 16 to 2048.
    """
    check_maps(maps)
    if not SMALLEST <= size <= LARGEST:
        raise MapsRefused(f"a preview has {SMALLEST} to {LARGEST} pixels a side, not {size}")
    place = (np.arange(size) + 0.5) / size * 2 - 1
    x, y = np.meshgrid(place * 1.06, -place * 1.06)
    picture = np.full((size, size, 3), _AROUND)
    drawn = x * x + y * y < 1 if shape == "ball" else np.ones_like(x, bool)
    x, y = x[drawn], y[drawn]
    if shape == "ball":
        smooth = np.stack([x, y, np.sqrt(1 - x * x - y * y)], -1)
        u, v = np.arctan2(x, smooth[:, 2]) / np.pi * _TILES, -np.arcsin(y) / np.pi * _TILES
    else:
        smooth = np.tile(np.asarray((0.0, 0.0, 1.0)), (len(x), 1))
        u, v = x / 2.12 * _TILES, -y / 2.12 * _TILES
    tangent = np.stack([smooth[:, 2], np.zeros_like(x), -smooth[:, 0]], -1)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=-1, keepdims=True), 1e-6)
    upward = np.cross(smooth, tangent)
    bump = _texels(maps.normal, u, v)
    normal = bump[:, :1] * tangent + bump[:, 1:2] * upward + bump[:, 2:] * smooth
    view = np.zeros_like(normal) + np.asarray((0, 0, 1))
    # A bump must not turn a facet away from the viewer who sees it.
    normal = normal + np.maximum(0.02 - normal[:, 2:], 0) * view
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    basecolor, roughness = _texels(maps.basecolor, u, v), _texels(maps.roughness, u, v)
    metallic, occlusion = _texels(maps.metallic, u, v), _texels(maps.occlusion, u, v)
    picture[drawn] = shade(normal, view, basecolor, roughness, metallic, occlusion, environment, samples)
    return picture


def render_preview(maps: MaterialMaps, size: int = 256, shape: Shape = "ball") -> NDArray[np.uint8]:
    """The picture (size, size, 3) in 8-bit sRGB, four samples a pixel, tone-mapped.

    Raises:
        MapsRefused: See `render_light`; 1024 pixels a side at most.
    """
    light = render_light(_shrunk(maps, 3 * size // 2), 2 * size, shape, samples=_SAMPLES_OF_FOUR)
    # Averaged as an eye sees it, so that the brightest light does not fray the edges.
    shown = linear_of_srgb(tone_map(np.asarray(light, np.float32)) / 255)
    shown = shown.reshape(size, 2, size, 2, 3).mean((1, 3))
    return tone_map(np.asarray(shown, np.float32))


def _shrunk(maps: MaterialMaps, most: int) -> MaterialMaps:
    """Maps without detail that is finer than the pixels, which would sparkle."""
    check_maps(maps)
    rows, columns = maps.shape
    if max(rows, columns) <= most:
        return maps
    scale = most / max(rows, columns)
    small = max(1, round(rows * scale)), max(1, round(columns * scale))
    found = maps.each(lambda field: resize(field, *small, seamless=True).clip(-1 if field is maps.normal else 0, 1))
    normal = found.normal / np.maximum(np.linalg.norm(found.normal, axis=-1, keepdims=True), 1e-6)
    return replace(found, normal=np.asarray(normal, np.float32))


def _texels(field: Values, u: Values, v: Values) -> Values:
    """Values at places in widths, the piece repeating, between four texels."""
    rows, columns = field.shape[:2]
    x, y = u * columns - 0.5, v * columns - 0.5
    j, i = np.floor(x).astype(int), np.floor(y).astype(int)
    x, y = x - j, y - i
    if field.ndim == 3:
        x, y = x[:, None], y[:, None]
    return np.asarray(
        (1 - y) * ((1 - x) * field[i % rows, j % columns] + x * field[i % rows, (j + 1) % columns])
        + y * ((1 - x) * field[(i + 1) % rows, j % columns] + x * field[(i + 1) % rows, (j + 1) % columns])
    )
