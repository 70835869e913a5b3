"""Pictures made larger: sizes, tiles that do not show, light that stays, and better than plain resampling."""

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.embedded_image.scenes import render, sample_scene
from models.hdr import NoLight, pu21_psnr
from models.upscaling import CannotUpscale, Network, name_of, own_network, upscale, upscaled
from models.upscaling.tiles import FEATHER, spans

pytestmark = pytest.mark.video


@pytest.fixture(scope="module")
def network() -> Network:
    torch.set_num_threads(1)
    return own_network()


def scene(number: int, side: int) -> np.ndarray:
    return render(sample_scene(np.random.default_rng(number)), side, side)


def textured(width: int, height: int) -> np.ndarray:
    """Noise with a lamp of thirty times diffuse white in it."""
    light = np.random.default_rng(2).random((height, width, 3), np.float32)
    light[height // 3 : height // 2, width // 3 : width // 2] = (30, 20, 10)
    return light


@pytest.mark.parametrize(
    ("method", "size"),
    [("own", (400, 256)), ("own", (291, 203)), ("own", (560, 300)), ("lanczos", (1000, 640)), ("bicubic", (451, 333))],
)
def test_tiles_give_what_the_whole_gives(network: Network, method: str, size: tuple[int, int]) -> None:
    how: object = network if method == "own" else method
    light = textured(70, 48)
    whole = upscale(light, *size, how, tile=4096)  # type: ignore[arg-type]
    tiled = upscale(light, *size, how, tile=96)  # type: ignore[arg-type]
    assert whole.shape == (size[1], size[0], 3)
    assert whole.dtype == np.float32
    np.testing.assert_allclose(tiled, whole, rtol=1e-4, atol=1e-5)


def test_no_step_shows_between_tiles_of_a_network_that_sees_further_than_its_margin() -> None:
    class Shifted:
        """Every tile comes out brighter by its own mean: as wrong as a network with too small a margin can be."""

        name, scale, margin, tile = "shifted", 4, 0, 128

        def enlarge(self, code: torch.Tensor) -> torch.Tensor:
            return code.repeat_interleave(4, 2).repeat_interleave(4, 3) * 0 + code.mean()

    ramp = np.repeat(np.linspace(0.1, 0.9, 128, dtype=np.float32)[None, :, None], 32, 0).repeat(3, 2)
    larger = upscale(ramp, 512, 128, Shifted())
    steps = np.abs(np.diff(larger[64, :, 0]))
    assert larger[64, -1, 0] - larger[64, 0, 0] > 0.3, "the tiles do differ"
    assert steps.max() < 2.5 * (larger[64, -1, 0] - larger[64, 0, 0]) / 3 / FEATHER


@given(st.integers(1, 3000), st.integers(2 * FEATHER, 700))
def test_weights_of_tiles_add_up_to_one_on_every_pixel(length: int, side: int) -> None:
    total = np.zeros(length, np.float32)
    for span in spans(length, side):
        assert 0 <= span.start < span.stop <= length
        assert span.stop - span.start <= side + FEATHER
        total[span.start : span.stop] += span.weights
    np.testing.assert_allclose(total, 1, atol=1e-6)


@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 300), st.integers(1, 300))
@settings(max_examples=40, deadline=None)
def test_any_size_becomes_any_other(width: int, height: int, wide: int, high: int) -> None:
    found = upscale(np.full((height, width, 3), 0.4, np.float32), wide, high, "lanczos")
    assert found.shape == (high, wide, 3)
    np.testing.assert_allclose(found, 0.4, atol=1e-4)


@pytest.mark.parametrize(("width", "height"), [(400, 400), (396, 200), (37, 1300)])
def test_the_network_reaches_any_size_too(network: Network, width: int, height: int) -> None:
    found = upscale(np.full((20, 20, 3), (0.2, 0.4, 6.0), np.float32), width, height, network)
    assert found.shape == (height, width, 3)
    np.testing.assert_allclose(found, np.broadcast_to((0.2, 0.4, 6.0), found.shape), rtol=0.08)


def test_the_network_comes_nearer_to_a_larger_render_than_resampling(network: Network) -> None:
    """Measured on 24 scenes: see tests/benchmarks/video_stages.py."""
    margins = []
    for number in range(6):
        small, large = scene(number, 64), scene(number, 256)
        own, plain = (pu21_psnr(upscale(small, 256, 256, how), large) for how in (network, "lanczos"))
        margins.append(own - plain)
    assert np.mean(margins) > 0.3, margins


def test_light_beyond_white_stays(network: Network) -> None:
    for how in (network, "lanczos"):
        larger = upscale(textured(48, 48), 192, 192, how)
        lamp = larger[70:90, 70:90]
        np.testing.assert_allclose(np.median(lamp, (0, 1)), (30, 20, 10), rtol=0.1)
        assert larger.min() >= 0


def test_the_middle_is_kept_where_shapes_differ() -> None:
    light = np.zeros((30, 60, 3), np.float32)
    light[:, 15:45] = 0.5
    np.testing.assert_allclose(upscale(light, 90, 90, "bicubic")[:, 4:-4], 0.5, atol=0.01)
    np.testing.assert_allclose(upscale(light, 15, 15, "bicubic"), 0.5, atol=1e-6)


def test_smaller_pictures_are_means_in_linear_light() -> None:
    light = textured(64, 48)
    means = light.reshape(24, 2, 32, 2, 3).mean((1, 3))
    np.testing.assert_allclose(upscale(light, 32, 24, "lanczos"), means, rtol=1e-5)
    assert upscale(light, 64, 48, "lanczos") is light


def test_pictures_stream_and_are_not_kept() -> None:
    def many() -> Iterator[np.ndarray]:
        for _ in range(12):
            yield np.ones((64, 64, 3), np.float32)

    tracemalloc.start()
    for number, larger in enumerate(upscaled(many(), 256, 256, "bicubic")):
        assert larger.shape == (256, 256, 3), number
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * 256 * 256 * 3 * 4


@pytest.mark.parametrize(("width", "height", "how"), [(0, 10, "lanczos"), (10, 9000, "lanczos"), (10, 10, "magic")])
def test_what_cannot_be_is_refused(width: int, height: int, how: str) -> None:
    with pytest.raises(CannotUpscale, match="choose"):
        upscale(np.ones((4, 4, 3), np.float32), width, height, how)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [np.ones((4, 4), np.float32), np.full((4, 4, 3), np.nan, np.float32)])
def test_what_is_no_light_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(NoLight):
        upscale(wrong, 8, 8, "lanczos")


def test_a_result_says_what_enlarged_it(network: Network) -> None:
    assert (name_of(network), name_of("lanczos")) == ("embedded-enlarger-x4", "resampling:lanczos")
