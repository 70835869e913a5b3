"""How a rough surface reflects: GGX microfacets with compensation for light that bounces between them.

Trowbridge and Reitz 1975; Walter et al., "Microfacet models for refraction through rough surfaces", 2007; Heitz,
"Understanding the masking-shadowing function", 2014 (height-correlated Smith); Heitz, "Sampling the GGX distribution
of visible normals", JCGT 2018; Turquin, "Practical multiple scattering compensation for microfacet models", 2019.
Cosines are with the normal, above 0; alpha is perceptual roughness squared.
"""

from functools import lru_cache
from typing import Final

import numpy as np

from models.pbr.maps import Values

DIELECTRIC: Final = 0.04  # reflectance at normal incidence, glTF 2.0 appendix B.2.1
SMALLEST_ALPHA: Final = 1e-3
_TABLE: Final = 48
_SAMPLES: Final = 512


def distribution(cosine: Values, alpha: Values) -> Values:
    """GGX: density of facets whose normal has this cosine with the surface's."""
    squared = alpha * alpha
    return np.asarray(squared / (np.pi * np.square(cosine * cosine * (squared - 1) + 1)))


def masking(cosine: Values, alpha: Values) -> Values:
    """Smith's Lambda for GGX; 1 / (1 + Lambda) of the facets are seen from a direction."""
    square = np.maximum(cosine * cosine, 1e-8)
    return np.asarray((np.sqrt(1 + alpha * alpha * (1 - square) / square) - 1) / 2)


def visibility(view: Values, light: Values, alpha: Values) -> Values:
    """Height-correlated G2 / (4 view light)."""
    return np.asarray(1 / ((1 + masking(view, alpha) + masking(light, alpha)) * np.maximum(4 * view * light, 1e-6)))


def fresnel(f0: Values, cosine: Values) -> Values:
    """Schlick's reflectance."""
    return np.asarray(f0 + (1 - f0) * np.clip(1 - cosine, 0, 1) ** 5)


def points(count: int) -> Values:
    """Hammersley points (count, 2) of the unit square, none at its border."""
    number = np.arange(count, dtype=np.uint64)
    bits = np.zeros(count)
    for place in range(32):
        bits += ((number >> np.uint64(place)) & np.uint64(1)) * 0.5 ** (place + 1)
    return np.stack([(number + 0.5) / count, bits + 0.5 / count], -1)


def visible_facet(view: Values, alpha: Values, u: float | Values, v: float | Values) -> Values:
    """A facet's normal, drawn as often as it is seen from `view` (..., 3) in the surface's own space."""
    x, y, z = alpha * view[..., 0], alpha * view[..., 1], view[..., 2]
    length = np.sqrt(x * x + y * y + z * z)
    x, y, z = x / length, y / length, z / length
    flat = np.hypot(x, y)
    upright = flat < 1e-6
    safe = np.where(upright, 1, flat)
    ax, ay = np.where(upright, 1, -y / safe), np.where(upright, 0, x / safe)
    bx, by, bz = -z * ay, z * ax, x * ay - y * ax
    radius, turn = np.sqrt(u), 2 * np.pi * v
    p, q = radius * np.cos(turn), radius * np.sin(turn)
    share = 0.5 * (1 + z)
    q = (1 - share) * np.sqrt(np.maximum(1 - p * p, 0)) + share * q
    r = np.sqrt(np.maximum(1 - p * p - q * q, 0))
    found = np.stack(
        [alpha * (p * ax + q * bx + r * x), alpha * (p * ay + q * by + r * y), np.maximum(q * bz + r * z, 1e-6)], -1
    )
    return np.asarray(found / np.linalg.norm(found, axis=-1, keepdims=True))


@lru_cache(maxsize=1)
def _tables() -> tuple[Values, Values]:
    """The share of light reflected by a single bounce is f0 times the first and the second (Karis 2013, split sum).

    (roughness, cosine), both from 0 to 1 in equal steps.
    """
    cosine = np.linspace(0, 1, _TABLE)[None, :].clip(2e-3)
    alpha = (np.linspace(0, 1, _TABLE)[:, None] ** 2).clip(SMALLEST_ALPHA)
    cosine, alpha = np.broadcast_arrays(cosine, alpha)
    view = np.stack([np.sqrt(1 - cosine**2), np.zeros_like(cosine), cosine], -1)
    scale, offset = np.zeros_like(cosine), np.zeros_like(cosine)
    seen = masking(cosine, alpha)
    for u, v in points(_SAMPLES):
        half = visible_facet(view, alpha, u, v)
        along = (view * half).sum(-1)
        light = 2 * along * half[..., 2] - cosine
        weight = np.where(light > 0, (1 + seen) / (1 + seen + masking(np.maximum(light, 1e-4), alpha)), 0) / _SAMPLES
        grazing = np.clip(1 - along, 0, 1) ** 5
        scale += weight * (1 - grazing)
        offset += weight * grazing
    return scale, offset


def reflected(roughness: Values, cosine: Values) -> tuple[Values, Values]:
    """Scale and offset of f0: the share of even light from everywhere that a single bounce sends to the viewer."""
    y = np.clip(roughness, 0, 1) * (_TABLE - 1)
    x = np.clip(cosine, 0, 1) * (_TABLE - 1)
    i, j = np.minimum(y.astype(int), _TABLE - 2), np.minimum(x.astype(int), _TABLE - 2)
    y, x = y - i, x - j
    first, second = (
        (1 - y) * ((1 - x) * table[i, j] + x * table[i, j + 1])
        + y * ((1 - x) * table[i + 1, j] + x * table[i + 1, j + 1])
        for table in _tables()
    )
    return first, second


def compensation(f0: Values, roughness: Values, cosine: Values) -> Values:
    """What a single bounce's light is multiplied by so that none is lost between facets (Turquin 2019, equation 16).

    Args:
        f0: (..., 3).
        roughness: (...), as is `cosine`.
    """
    scale, offset = reflected(roughness, cosine)
    single = (scale + offset)[..., None]
    return np.asarray(1 + f0 * (1 - single) / single)
