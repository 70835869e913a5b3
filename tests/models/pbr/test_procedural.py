"""Materials by formula: exact, seamless, the same at every size."""

from dataclasses import replace

import numpy as np
import pytest

from models.pbr import MapsRefused
from models.pbr.lit import photograph, sample_light
from models.pbr.maps import check_maps
from models.pbr.procedural import KINDS, draw_material
from models.pbr.relief import height_of_slopes, normals_of_height, occlusion_of_height, slopes_of_height
from models.pbr.seamless import make_seamless, seam_error

pytestmark = pytest.mark.image


@pytest.mark.parametrize("kind", KINDS)
def test_a_material_is_sound_seamless_and_its_own(kind: str) -> None:
    maps = draw_material(kind, 1)
    check_maps(maps)
    for name in ("basecolor", "roughness", "height"):
        field = getattr(maps, name)
        if field.std() > 1e-3:
            # Joints may lie on an edge, so a step across it may be as strong as the strongest inside, no stronger.
            across = np.abs(field[0] - field[-1]).mean()
            assert across <= 1.3 * np.abs(np.diff(field, axis=0)).mean(axis=tuple(range(1, field.ndim))).max(), name
    again, other = draw_material(kind, 1), draw_material(kind, 2)
    assert np.array_equal(maps.height, again.height)
    assert not np.array_equal(maps.basecolor, other.basecolor)
    generator = np.random.default_rng(1)
    brightness = [photograph(maps, sample_light(generator)).mean() for _ in range(5)]
    assert 0.03 < np.median(brightness) < 0.98


def test_a_large_piece_shows_what_the_small_one_does() -> None:
    for kind in ("cobbles", "rusted_metal", "marble"):
        small, large = draw_material(kind, 4, 64), draw_material(kind, 4, 256)
        shrunk = large.basecolor.reshape(64, 4, 64, 4, 3).mean((1, 3))
        assert np.corrcoef(shrunk.ravel(), small.basecolor.ravel())[0, 1] > 0.9, kind


def test_colour_is_a_parameter() -> None:
    blue = draw_material("plaster", 1, 32, (0.05, 0.1, 0.8)).basecolor.mean((0, 1))
    assert blue[2] > 5 * blue[0]


def test_a_bump_to_the_right_and_above_points_there() -> None:
    y, x = np.mgrid[0:32, 0:32] / 32 - 0.5
    bump = np.asarray(0.1 * np.exp(-(x * x + y * y) * 30), np.float32)
    normal = normals_of_height(bump)
    assert normal[16, 24, 0] > 0.1  # x to the right
    assert normal[16, 8, 0] < -0.1
    assert normal[8, 16, 1] > 0.1  # y up, as in OpenGL
    assert normal[24, 16, 1] < -0.1


@pytest.mark.parametrize("seamless", [True, False])
def test_height_comes_back_from_its_slopes(seamless: bool) -> None:
    maps = draw_material("cobbles", 3)
    height = maps.height * maps.depth
    if not seamless:
        height = height[:50, :40]
    back = height_of_slopes(*slopes_of_height(height, seamless), seamless=seamless)
    wanted = height - height.mean()
    assert np.abs(back - wanted).mean() < (0.02 if seamless else 0.2) * np.abs(wanted).mean()


def test_a_groove_sees_as_much_sky_as_geometry_says() -> None:
    """In the middle of a straight groove as deep as half its width both walls rise to 45 degrees: sin^2 is a half."""
    height = np.zeros((256, 256), np.float32)
    height[:, 112:144] = -1 / 16
    seen = occlusion_of_height(height)
    # Averaged over azimuth: along the groove all sky is seen, across it half.
    angle = (np.arange(8) / 8) * 2 * np.pi
    exact = np.mean(1 / (1 + np.cos(angle) ** 2))
    assert seen[128, 128] == pytest.approx(exact, abs=0.05)
    assert seen[128, 30] == pytest.approx(1)


def test_an_ordinary_picture_is_made_seamless() -> None:
    picture = draw_material("cobbles", 2, 256).basecolor[:180, :150]
    assert seam_error(picture) > 1.8
    made = make_seamless(picture)
    assert made.shape == picture.shape
    assert seam_error(made) < 1.3
    assert made.std() == pytest.approx(picture.std(), rel=0.1)
    assert np.array_equal(made[80:100, 70:80], picture[80:100, 70:80])


def test_hostile_maps_and_wishes_are_refused() -> None:
    maps = draw_material("sand", 1, 16)
    for spoiled, said in (
        (replace(maps, roughness=maps.roughness[:8]), "basecolor must be"),
        (replace(maps, height=maps.height.astype(np.float64)), "height must be float32"),
        (replace(maps, metallic=np.full((16, 16), np.nan, np.float32)), "metallic must lie"),
        (replace(maps, normal=np.zeros((16, 16, 3), np.float32)), "unit vectors"),
        (replace(maps, roughness=maps.basecolor), "texels a side"),
        (replace(maps, depth=float("nan")), "depth"),
    ):
        with pytest.raises(MapsRefused, match=said):
            check_maps(spoiled)
    for wish in (("gold", 1, 64), ("sand", -1, 64), ("sand", 1, 100_000)):
        with pytest.raises(MapsRefused):
            draw_material(*wish)
