"""A small U-Net (Ronneberger et al. 2015) from a picture of a material to its maps."""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

CHANNELS: Final = 9
MULTIPLE: Final = 8  # sides must be multiples of it
_WIDTHS: Final = (32, 64, 96)
_FINE: Final = 12  # channels at full size


class Padded(nn.Module):
    """A 3x3 convolution whose border is either the opposite edge or the edge itself."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 3)

    def forward(self, x: Tensor, seamless: bool) -> Tensor:
        """(batch, inputs, height, width) to (batch, outputs, height, width)."""
        padded = functional.pad(x, (1, 1, 1, 1), mode="circular" if seamless else "replicate")
        found: Tensor = self.convolution(padded)
        return found


class Block(nn.Module):
    """Two convolutions with a way round them."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first, self.second = Padded(inputs, outputs), Padded(outputs, outputs)
        self.norm = nn.GroupNorm(8, outputs)
        self.around = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: Tensor, seamless: bool) -> Tensor:
        """(batch, inputs, height, width) to (batch, outputs, height, width)."""
        inner = functional.silu(self.norm(self.first(x, seamless)))
        found: Tensor = functional.silu(self.second(inner, seamless) + self.around(x))
        return found


class MaterialNetwork(nn.Module):
    """Picture (batch, 3, height, width), sRGB 0 to 1, to raw maps (batch, CHANNELS, height, width).

    Channels: basecolor as sRGB (3), slopes to the right and down (2, squeezed by asinh), roughness, metallic, height in
    texels about its mean, occlusion. The shares are logits.
    """

    def __init__(self) -> None:
        super().__init__()
        inputs = (20, *_WIDTHS[:-1])
        self.down = nn.ModuleList(Block(a, b) for a, b in zip(inputs, _WIDTHS, strict=True))
        self.whole = nn.Linear(_WIDTHS[-1], _WIDTHS[-1])
        self.up = nn.ModuleList(Block(a + b, b) for a, b in zip(_WIDTHS[:0:-1], _WIDTHS[-2::-1], strict=True))
        self.full = nn.Conv2d(_WIDTHS[0], 4 * _FINE, 1)
        self.fine = Padded(_FINE + 5, 16)
        self.last = nn.Conv2d(16 + _FINE, CHANNELS, 1)

    def forward(self, picture: Tensor, seamless: bool) -> Tensor:
        """Raw maps; `models.pbr.targets` gives them their ranges."""
        seen = torch.cat([picture * 2 - 1, _edges(picture, seamless)], 1)
        # Most of the work is done at half size, where a texel has four times the channels.
        x = functional.pixel_unshuffle(seen, 2)
        kept: list[Tensor] = []
        for number, block in enumerate(self.down):
            x = block(functional.avg_pool2d(x, 2) if number else x, seamless)
            kept.append(x)
        # The picture as a whole tells a kind of material: its mean joins every place.
        x = x + self.whole(x.mean((2, 3)))[..., None, None]
        for number, block in enumerate(self.up):
            x = functional.interpolate(x, scale_factor=2.0, mode="nearest")
            x = block(torch.cat([x, kept[-2 - number]], 1), seamless)
        x = functional.pixel_shuffle(self.full(x), 2)
        fine = functional.silu(self.fine(torch.cat([x, seen], 1), seamless))
        found: Tensor = self.last(torch.cat([fine, x], 1))
        return found


def _edges(picture: Tensor, seamless: bool) -> Tensor:
    """Differences of lightness to the right and down, amplified."""
    light = picture.mean(1, keepdim=True)
    padded = functional.pad(light, (1, 1, 1, 1), mode="circular" if seamless else "replicate")
    right = padded[:, :, 1:-1, 2:] - padded[:, :, 1:-1, :-2]
    down = padded[:, :, 2:, 1:-1] - padded[:, :, :-2, 1:-1]
    return torch.cat([right, down], 1) * 4
