"""What makes the generator alias-free, and ways to sample it."""

import itertools

import numpy as np
import pytest
import torch

from models.stylegan3.configuration import GeneratorConfiguration, UnfitConfiguration, bands
from models.stylegan3.equivariance import translation_psnr
from models.stylegan3.filters import downsample, lowpass, upsample
from models.stylegan3.generator import Generator, new_generator
from models.stylegan3.sampling import between, draw, mixed, placed, style_of

pytestmark = pytest.mark.image

SMALL = GeneratorConfiguration(resolution=32, layers=6, width=16, base=512, z=16, w=16)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def generator() -> Generator:
    """Untrained, with the running means that training gives: without them its signals die out."""
    made = new_generator(SMALL, 3)
    with torch.no_grad():
        for _ in range(2):
            signals = made.waves(styles := made.mapping(torch.randn(32, SMALL.z, generator=torch.manual_seed(0))))
            made.mapping.mean.copy_(styles.mean(0))
            for layer in made.layers:
                layer.size.copy_(signals.square().mean())
                signals = layer(signals, styles)
    return made.eval()


def test_bands_grow_from_the_waves_to_the_picture() -> None:
    """As the paper's figure 4 has them for 14 layers at 256 pixels; the last two of the band are critical."""
    plan = bands(GeneratorConfiguration(resolution=256, layers=14, width=512, base=32_768))
    assert [band.size for band in plan] == [36] * 3 + [52] * 2 + [84] * 2 + [148] * 3 + [276] * 3 + [256] * 2
    assert [band.channels for band in plan] == [512] * 9 + [362, 256, 181, 128, 128, 3]
    assert plan[0].cutoff == 2
    assert plan[-1].cutoff == plan[-3].cutoff == 128
    assert all(band.cutoff + band.half_width >= band.rate / 2 for band in plan)


def test_filters_pass_their_band_and_stop_the_rest() -> None:
    kernel = lowpass(24, 4.0, 8.0, 64.0)
    response = np.abs(np.fft.rfft(kernel.numpy(), 640))  # bins of a tenth of a cycle per picture
    assert response[:5] == pytest.approx(1, abs=0.02)
    assert response[160:].max() < 0.02
    round_one = lowpass(24, 4.0, 8.0, 64.0, radial=True)
    assert float(round_one.sum()) == pytest.approx(1)
    turned = torch.rot90(round_one)
    torch.testing.assert_close(round_one, turned)


@pytest.mark.parametrize("radial", [False, True])
def test_resampling_keeps_a_wave_within_the_band(radial: bool) -> None:
    """Up to twice the rate and back again, a slow wave is where it was."""
    place = torch.arange(48) / 48
    wave = torch.sin(2 * torch.pi * 3 * place)[None, None, :, None] * torch.cos(2 * torch.pi * 2 * place)
    up = upsample(wave, lowpass(48, 12.0, 12.0, 96.0), 2, 47, 46)
    back = downsample(up, lowpass(48, 12.0, 12.0, 96.0, radial), 2)
    assert back.shape[2:] == (48, 48)
    inside = (..., slice(16, -16), slice(16, -16))
    assert float((back[inside] - wave[inside]).abs().max()) < 0.02


def test_pictures_move_with_their_waves_and_would_not_without_the_filters(generator: Generator) -> None:
    """EQ-T; the paper reports 63 to 66 dB for trained generators with these filters, 16 dB for StyleGAN2's layers."""
    points = torch.randn(4, SMALL.z, generator=torch.manual_seed(1))
    whole = torch.tensor([[3.0, 1], [-4, 2], [0, -3], [2, 4]])
    parts = torch.tensor([[2.5, 0.3], [-1.7, 3.2], [0.5, 0.5], [-3.3, -0.9]])
    assert translation_psnr(generator, points, whole) > 55
    assert translation_psnr(generator, points, parts) > 50
    aliased = new_generator(SMALL, 3)
    aliased.load_state_dict(generator.state_dict())
    for layer in aliased.layers:
        for name in ("up_filter", "down_filter"):
            _make_nearest(layer.get_buffer(name))
    assert translation_psnr(aliased.eval(), points, whole) < 35
    assert translation_psnr(aliased.eval(), points, parts) < 35


def _make_nearest(kernel: torch.Tensor) -> None:
    """Copies of a sample in place of interpolation; plain averages of two for what is left out."""
    if (taps := len(kernel)) > 1:
        kernel.zero_()
        kernel[taps // 2 - 1 : taps // 2 + 1] = 0.5


def test_a_turn_by_a_right_angle_is_a_turned_picture_where_layers_have_no_direction() -> None:
    made = new_generator(GeneratorConfiguration(32, 6, 16, 512, 16, 16, kernel=1, radial=True), 3)
    style = style_of(made, 5)
    turned = draw(made, style, placed(turn=90))
    ours = [np.rot90(draw(made, style), times) for times in range(4)]
    errors = [np.abs(turned.astype(int) - other)[4:-4, 4:-4].mean() for other in ours]
    assert min(errors) == errors[1]  # against the clock, as angles are counted
    assert errors[1] < 2


def test_the_same_seed_is_the_same_picture_and_truncation_leads_to_the_mean(generator: Generator) -> None:
    one, again, other = (draw(generator, style_of(generator, seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)
    mean = draw(generator, generator.mapping.mean)
    np.testing.assert_array_equal(draw(generator, style_of(generator, 1, 0.0)), mean)
    away = [np.abs(draw(generator, style_of(generator, 1, psi)).astype(float) - mean).mean() for psi in (0.2, 0.5, 1.0)]
    assert away == sorted(away)


def test_mixed_styles_are_one_before_and_the_other_behind_their_place(generator: Generator) -> None:
    one, other = style_of(generator, 1), style_of(generator, 2)
    np.testing.assert_array_equal(draw(generator, mixed(generator, one, other, 0)), draw(generator, other))
    np.testing.assert_array_equal(draw(generator, mixed(generator, one, other, generator.styled)), draw(generator, one))
    half = draw(generator, mixed(generator, one, other, 4))
    assert not np.array_equal(half, draw(generator, one))
    assert not np.array_equal(half, draw(generator, other))
    with pytest.raises(ValueError, match="from place 0"):
        mixed(generator, one, other, 99)


def test_the_way_from_picture_to_picture_is_smooth_and_closed(generator: Generator) -> None:
    styles = [style_of(generator, seed) for seed in (1, 2, 3)]
    way = list(between(styles, 8))
    assert len(way) == 24
    torch.testing.assert_close(way[0], styles[0])
    torch.testing.assert_close(way[8], styles[1])
    steps = [float((b - a).norm()) for a, b in itertools.pairwise([*way, way[0]])]
    assert max(steps) < 0.3 * float((styles[1] - styles[0]).norm()) + 0.3 * float((styles[2] - styles[1]).norm())


@pytest.mark.parametrize(
    "said",
    [{"resolution": 48}, {"layers": 2}, {"kernel": 2}, {"width": 10**6}, {"z": 0.5}, {"unknown": 1}, [], {"w": True}],
)
def test_what_is_no_configuration_is_refused(said: object) -> None:
    with pytest.raises(UnfitConfiguration):
        GeneratorConfiguration.from_dict(said)
