"""The renderer of previews against integrals and another renderer."""

import numpy as np
import pytest

from models.pbr import render_preview
from models.pbr.environment import even, irradiance, sphere_directions, studio
from models.pbr.ggx import compensation, distribution, reflected, visibility
from models.pbr.maps import MapsRefused, MaterialMaps
from models.pbr.preview import render_light, shade
from models.pbr.procedural import draw_material

pytestmark = pytest.mark.image


def plain(colour: tuple[float, float, float], roughness: float, metallic: float) -> MaterialMaps:
    flat = np.ones((2, 2), np.float32)
    normal = np.zeros((2, 2, 3), np.float32)
    normal[..., 2] = 1
    return MaterialMaps(
        flat[..., None] * np.asarray(colour, np.float32), normal, flat * roughness, flat * metallic, flat, flat, 0.0
    )


def views(cosines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    normal = np.zeros((len(cosines), 3))
    normal[:, 2] = 1
    return normal, np.stack([np.sqrt(1 - cosines**2), 0 * cosines, cosines], -1)


@pytest.mark.parametrize("roughness", [0.1, 0.3, 0.6, 1.0])
def test_a_white_furnace_shows_nothing_of_white_metal_and_chalk_adds_no_light(roughness: float) -> None:
    normal, view = views(np.linspace(0.05, 1, 64))
    white, same = np.ones((64, 3)), np.ones(64)
    metal = shade(normal, view, white, same * roughness, same, same, even)
    assert np.abs(metal - 1).max() < 0.01
    chalk = shade(normal, view, white, same * roughness, 0 * same, same, even)
    assert 0.98 < chalk.min() <= chalk.max() < 1.01


@pytest.mark.parametrize("roughness", [0.3, 0.6, 1.0])
@pytest.mark.parametrize("cosine", [0.15, 0.4, 0.8])
def test_a_single_bounce_loses_what_a_plain_sum_over_the_sky_says(roughness: float, cosine: float) -> None:
    """The table that compensation rests on, against D G over all directions, without sampling."""
    z, phi = np.meshgrid((np.arange(600) + 0.5) / 600, (np.arange(720) + 0.5) / 360 * np.pi)
    light = np.stack([np.sqrt(1 - z * z) * np.cos(phi), np.sqrt(1 - z * z) * np.sin(phi), z], -1)
    half = light + np.asarray((np.sqrt(1 - cosine**2), 0, cosine))
    half /= np.linalg.norm(half, axis=-1, keepdims=True)
    alpha = np.asarray(roughness**2)
    bounce = distribution(half[..., 2], alpha) * visibility(np.asarray(cosine), z, alpha) * z
    scale, offset = reflected(np.asarray(roughness), np.asarray(cosine))
    assert scale + offset == pytest.approx(2 * np.pi * bounce.mean(), abs=0.008)


def test_irradiance_is_the_integral_over_the_sky() -> None:
    generator = np.random.default_rng(1)
    normals = generator.normal(size=(50, 3))
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    directions, solid = sphere_directions(128)
    facing = np.maximum(np.einsum("ic,hwc->ihw", normals, directions), 0) * solid
    exact = np.einsum("ihw,hwc->ic", facing, studio(directions)) / np.pi
    assert np.abs(irradiance(studio, normals) / exact - 1).max() < 0.01


@pytest.mark.parametrize(
    ("colour", "roughness", "metallic", "tolerance"),
    [
        ((1.0, 0.77, 0.34), 0.25, 1.0, 0.02),
        ((0.95, 0.64, 0.54), 0.5, 1.0, 0.02),
        ((1.0, 1.0, 1.0), 0.8, 1.0, 0.06),
        ((0.6, 0.1, 0.05), 0.4, 0.0, 0.07),
    ],
)
def test_mitsuba_draws_the_same_ball(
    colour: tuple[float, float, float], roughness: float, metallic: float, tolerance: float
) -> None:
    """The mean difference over nine tenths of the ball's radius, as a share of its light.

    Mitsuba's `principled` has one bounce, so metal is compared without what compensation adds. It has separable Smith,
    which is darker where rough, and Disney's retro-reflecting chalk: this is what the wider tolerances are for.
    """
    mi = pytest.importorskip("mitsuba", reason="the second renderer is installed with the extra dev")
    mi.set_variant("scalar_rgb")
    size = 48
    directions, _ = sphere_directions(128)
    up = mi.ScalarTransform4f
    scene = mi.load_dict(
        {
            "type": "scene",
            "integrator": {"type": "path", "max_depth": 2},
            "sensor": {
                "type": "orthographic",
                "to_world": up().look_at(origin=[0, 0, 5], target=[0, 0, 0], up=[0, 1, 0])
                @ up().scale([1.06, 1.06, 1]),
                "film": {"type": "hdrfilm", "width": size, "height": size, "rfilter": {"type": "box"}},
                "sampler": {"type": "multijitter", "sample_count": 196, "seed": 1},
            },
            "light": {
                "type": "envmap",
                # Mitsuba's first column looks along -z.
                "bitmap": mi.Bitmap(np.roll(studio(directions), 128, 1).astype(np.float32)),
                "scale": 1.0,
            },
            "ball": {
                "type": "sphere",
                "bsdf": {
                    "type": "principled",
                    "base_color": {"type": "rgb", "value": list(colour)},
                    "roughness": roughness,
                    "metallic": metallic,
                    "specular": 0.5,
                },
            },
        }
    )
    other = np.asarray(mi.render(scene))[..., :3]
    mine = render_light(plain(colour, roughness, metallic), size, samples=256)
    place = (np.arange(size) + 0.5) / size * 2.12 - 1.06
    away = np.hypot(*np.meshgrid(place, place))
    inside = away < 0.9
    if metallic == 1:
        cosine = np.sqrt(np.clip(1 - away**2, 0, 1))
        mine /= compensation(np.asarray(colour), np.full_like(cosine, roughness), cosine)
    apart = np.abs(mine - other)[inside].mean() / other[inside].mean()
    print(f"{roughness=} {metallic=} {apart=:.4f} as bright {mine[inside].mean() / other[inside].mean():.4f}")
    assert apart < tolerance


def test_a_preview_is_a_picture_of_its_material() -> None:
    red = render_preview(plain((0.8, 0.05, 0.05), 0.5, 0), 32)
    assert red.shape == (32, 32, 3)
    assert red.dtype == np.uint8
    assert red[16, 16, 0] > 2 * red[16, 16, 1]
    bricks, flat = draw_material("bricks", 1, 64), render_preview(draw_material("bricks", 1, 64), 32, "plate")
    assert not np.array_equal(flat, render_preview(bricks, 32))
    with pytest.raises(MapsRefused, match="pixels a side"):
        render_preview(bricks, 4000)
