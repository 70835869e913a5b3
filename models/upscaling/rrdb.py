"""ESRGAN's generator: residual-in-residual dense blocks (Wang et al. 2018, arXiv 1809.00219).

Real-ESRGAN (Wang et al. 2021, arXiv 2107.10833) uses the same; its x2 network folds squares of four pixels into
channels first. The attributes are named as in the files of weights.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

_SHARE = 0.2  # of a block's output that is added to its input


class Dense(nn.Module):
    """Five convolutions, each of which sees what all before it gave."""

    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        self.conv1 = _convolution(width, growth)
        self.conv2 = _convolution(width + growth, growth)
        self.conv3 = _convolution(width + 2 * growth, growth)
        self.conv4 = _convolution(width + 3 * growth, growth)
        self.conv5 = _convolution(width + 4 * growth, width)

    def forward(self, found: Tensor) -> Tensor:
        """(n, width, h, w), as it goes in."""
        seen = found
        for layer in (self.conv1, self.conv2, self.conv3, self.conv4):
            seen = torch.cat((seen, _active(layer(seen))), 1)
        last: Tensor = self.conv5(seen)
        return found + _SHARE * last


class Residual(nn.Module):
    """Three dense blocks beside a straight way."""

    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        self.rdb1, self.rdb2, self.rdb3 = (Dense(width, growth) for _ in range(3))

    def forward(self, found: Tensor) -> Tensor:
        """(n, width, h, w), as it goes in."""
        last: Tensor = self.rdb3(self.rdb2(self.rdb1(found)))
        return found + _SHARE * last


class RRDBNet(nn.Module):
    """sRGB values 0 to 1, (n, 3, h, w), as (n, 3, scale h, scale w); sides are multiples of `fold`."""

    def __init__(self, width: int, blocks: int, growth: int, fold: int) -> None:
        super().__init__()
        self.fold = fold
        self.conv_first = _convolution(3 * fold * fold, width)
        self.body = nn.Sequential(*(Residual(width, growth) for _ in range(blocks)))
        self.conv_body = _convolution(width, width)
        self.conv_up1 = _convolution(width, width)
        self.conv_up2 = _convolution(width, width)
        self.conv_hr = _convolution(width, width)
        self.conv_last = _convolution(width, 3)

    def forward(self, pictures: Tensor) -> Tensor:
        """Enlarge."""
        found = self.conv_first(F.pixel_unshuffle(pictures, self.fold))
        found = found + self.conv_body(self.body(found))
        for layer in (self.conv_up1, self.conv_up2):
            found = _active(layer(F.interpolate(found, scale_factor=2, mode="nearest")))
        larger: Tensor = self.conv_last(_active(self.conv_hr(found)))
        return larger


def _convolution(inward: int, outward: int) -> nn.Conv2d:
    return nn.Conv2d(inward, outward, 3, padding=1)


def _active(found: Tensor) -> Tensor:
    return F.leaky_relu(found, 0.2, inplace=True)
