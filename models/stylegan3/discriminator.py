"""The discriminator: a residual network that is only there to train against (StyleGAN2's, arXiv 1912.04958)."""

from itertools import pairwise
from math import log2, sqrt
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.stylegan3.linear import GAIN, SLOPE, Linear

_GROUP: Final = 4  # pictures whose spread is compared


class Discriminator(nn.Module):
    """Pictures (n, 3, resolution, resolution) to logits (n,): above 0 for real.

    Args:
        width: Channels at the full resolution; they double on the way down, up to `widest`.
    """

    def __init__(self, resolution: int, width: int = 24, widest: int = 128) -> None:
        super().__init__()
        halvings = int(log2(resolution)) - 2
        channels = [min(width * 2**number, widest) for number in range(halvings + 1)]
        self.colours = _Convolution(3, channels[0], 1)
        self.blocks = nn.ModuleList(_Residual(*pair) for pair in pairwise(channels))
        self.last = _Convolution(channels[-1] + 1, channels[-1], 3)
        self.hidden = Linear(channels[-1] * 16, channels[-1], activated=True)
        self.logit = Linear(channels[-1], 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits."""
        signals = self.colours(pictures)
        for block in self.blocks:
            signals = block(signals)
        signals = self.last(torch.cat([signals, _spread(signals)], 1))
        logits: Tensor = self.logit(self.hidden(signals.flatten(1)))
        return logits.squeeze(1)


class _Convolution(nn.Module):
    """With an equalised learning rate, and a leaky rectifier."""

    def __init__(self, inward: int, outward: int, kernel: int, *, activated: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outward, inward, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outward))
        self._gain, self._activated = 1 / sqrt(inward * kernel**2), activated

    def forward(self, signals: Tensor) -> Tensor:
        padding = self.weight.shape[2] // 2
        found = functional.conv2d(signals, self.weight * self._gain, self.bias, padding=padding)
        return functional.leaky_relu(found, SLOPE) * GAIN if self._activated else found


class _Residual(nn.Module):
    """Halves the resolution; small binomial filters keep the halving from aliasing."""

    def __init__(self, inward: int, outward: int) -> None:
        super().__init__()
        self.first = _Convolution(inward, inward, 3)
        self.second = _Convolution(inward, outward, 3)
        self.around = _Convolution(inward, outward, 1, activated=False)

    def forward(self, signals: Tensor) -> Tensor:
        found: Tensor = (_halved(self.second(self.first(signals))) + self.around(_halved(signals))) / sqrt(2)
        return found


def _halved(signals: Tensor) -> Tensor:
    binomial = torch.tensor([1.0, 3, 3, 1], device=signals.device) / 8
    kernel = (binomial[:, None] * binomial)[None, None].expand(signals.shape[1], 1, 4, 4)
    halved: Tensor = functional.conv2d(signals, kernel, stride=2, padding=1, groups=signals.shape[1])
    return halved


def _spread(signals: Tensor) -> Tensor:
    """(n, 1, height, width): how much the pictures of a group differ, so that sameness gives itself away."""
    group = _GROUP if len(signals) % _GROUP == 0 else len(signals)
    together = signals.reshape(group, -1, *signals.shape[1:])
    deviation = (together.var(0, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3), keepdim=True)
    return deviation.repeat(group, 1, *signals.shape[2:])
