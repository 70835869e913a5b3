"""Real-ESRGAN's layout of weights: what is loaded, and what is refused."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from models.diffusion.checkpoint import UnsafeCheckpoint
from models.upscaling import UnknownWeights, real_esrgan, upscale

pytestmark = pytest.mark.video


def layout(channels: int = 3, width: int = 8, blocks: int = 2, growth: int = 4) -> dict[str, torch.Tensor]:
    """Names and shapes as BasicSR writes them, filled with small numbers."""
    torch.manual_seed(1)
    shapes = {"conv_first": (width, channels), "conv_body": (width, width), "conv_last": (3, width)}
    shapes |= dict.fromkeys(("conv_up1", "conv_up2", "conv_hr"), (width, width))
    for block in range(blocks):
        for dense in (1, 2, 3):
            for place in range(5):
                outward = growth if place < 4 else width
                shapes[f"body.{block}.rdb{dense}.conv{place + 1}"] = (outward, width + place * growth)
    numbers = {}
    for name, (outward, inward) in shapes.items():
        numbers[f"{name}.weight"] = torch.randn(outward, inward, 3, 3) * 0.1
        numbers[f"{name}.bias"] = torch.randn(outward) * 0.1
    return numbers


def straight(numbers: dict[str, torch.Tensor], picture: torch.Tensor, fold: int) -> torch.Tensor:
    """The network as the paper draws it, without a class."""

    def convolved(name: str, found: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.conv2d(found, numbers[f"{name}.weight"], numbers[f"{name}.bias"], padding=1)

    def active(found: torch.Tensor) -> torch.Tensor:
        return torch.where(found > 0, found, 0.2 * found)

    n, c, h, w = picture.shape
    folded = picture.view(n, c, h // fold, fold, w // fold, fold).permute(0, 1, 3, 5, 2, 4)
    first = convolved("conv_first", folded.reshape(n, c * fold * fold, h // fold, w // fold))
    found = first
    for block in sorted({name.split(".")[1] for name in numbers if name.startswith("body.")}):
        before_block = found
        for dense in "123":
            seen = [found]
            for place in "1234":
                seen.append(active(convolved(f"body.{block}.rdb{dense}.conv{place}", torch.cat(seen, 1))))
            found = found + 0.2 * convolved(f"body.{block}.rdb{dense}.conv5", torch.cat(seen, 1))
        found = before_block + 0.2 * found
    found = first + convolved("conv_body", found)
    for name in ("conv_up1", "conv_up2"):
        found = active(convolved(name, found.repeat_interleave(2, 2).repeat_interleave(2, 3)))
    return convolved("conv_last", active(convolved("conv_hr", found)))


@pytest.mark.parametrize(("channels", "scale"), [(3, 4), (12, 2)])
def test_the_layout_is_loaded_and_computes_what_the_paper_says(tmp_path: Path, channels: int, scale: int) -> None:
    numbers = layout(channels)
    save_file({name: value.half() for name, value in numbers.items()}, tmp_path / "net.safetensors")
    network = real_esrgan(tmp_path / "net.safetensors")
    assert (network.scale, network.name) == (scale, f"net-x{scale}")
    code = torch.rand(1, 3, 10, 14) * 2 - 1
    rounded = {name: value.half().float() for name, value in numbers.items()}
    right = straight(rounded, (code + 1) / 2, 4 // scale).clamp(0, 1) * 2 - 1
    torch.testing.assert_close(network.enlarge(code), right, atol=1e-5, rtol=1e-5)
    assert network.enlarge(code[..., :9, :13]).shape == (1, 3, 9 * scale, 13 * scale)


def copying() -> dict[str, torch.Tensor]:
    """Weights that repeat every pixel and do nothing else."""
    numbers = {name: torch.zeros_like(value) for name, value in layout().items()}
    for name in ("conv_first", "conv_up1", "conv_up2", "conv_hr", "conv_last"):
        for channel in range(3):
            numbers[f"{name}.weight"][channel, channel, 1, 1] = 1
    return numbers


def test_light_that_the_network_does_not_know_is_enlarged_beside_it(tmp_path: Path) -> None:
    save_file(copying(), tmp_path / "net.safetensors")
    light = np.full((24, 24, 3), 0.4, np.float32)
    light[8:16, 8:16] = (25, 3, 0.5)
    larger = upscale(light, 96, 96, real_esrgan(tmp_path / "net.safetensors"))
    np.testing.assert_allclose(larger[44:52, 44:52], np.broadcast_to((25, 3, 0.5), (8, 8, 3)), rtol=1e-3)
    np.testing.assert_allclose(larger[:24], 0.4, rtol=1e-3)


@pytest.mark.parametrize("name", ["net.pth", "net.pt", "net.bin"])
def test_pickles_are_never_opened(tmp_path: Path, name: str) -> None:
    torch.save(layout(), tmp_path / name)
    with pytest.raises(UnsafeCheckpoint, match="is not a safetensors file"):
        real_esrgan(tmp_path / name)


def wrong_layouts() -> list[dict[str, torch.Tensor]]:
    whole = layout()
    return [
        {"model.0.weight": torch.ones(8, 3, 3, 3)},  # the first ESRGAN's names
        {name: value for name, value in whole.items() if name != "conv_hr.bias"},
        {**whole, "body.2.rdb1.conv1.weight": torch.ones(4, 8, 3, 3)},
        {**whole, "extra": torch.ones(1)},
        {**whole, "conv_first.weight": torch.ones(8, 48, 3, 3)},
        {re.sub("^", "params.", name): value for name, value in whole.items()},
        {**whole, "conv_last.weight": torch.ones(1, 8, 3, 3)},
    ]


@pytest.mark.parametrize("number", range(7))
def test_other_networks_are_refused_with_what_is_expected(tmp_path: Path, number: int) -> None:
    save_file(wrong_layouts()[number], tmp_path / "net.safetensors")
    with pytest.raises(UnknownWeights, match="RRDBNet"):
        real_esrgan(tmp_path / "net.safetensors")
