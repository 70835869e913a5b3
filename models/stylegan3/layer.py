"""One layer: a convolution in the style, and a rectifier that makes no false frequencies."""

from math import sqrt
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.stylegan3.configuration import Band
from models.stylegan3.filters import downsample, lowpass, upsample
from models.stylegan3.linear import GAIN, SLOPE, Linear

_TAPS: Final = 6  # of a filter, a sample of the coarser side
_OVERSAMPLED: Final = 2  # the rectifier works at twice the rate: what it adds above the band can be filtered out
_HIGHEST: Final = 256.0
_REMEMBERED: Final = 20_000  # pictures over which a signal's size is averaged: half of it is older


class SynthesisLayer(nn.Module):
    """From one band to the next (arXiv 2106.12423, section 3.2 and figure 4).

    Args:
        colours: The last layer, which only mixes channels into colours.
        critical: At the end the filters may let a little alias, so that the picture is sharp; never radial.
    """

    size: Tensor
    up_filter: Tensor
    down_filter: Tensor

    def __init__(
        self, w: int, inward: Band, outward: Band, kernel: int, *, radial: bool, colours: bool, critical: bool
    ) -> None:
        super().__init__()
        self._colours = colours
        self._kernel = 1 if colours else kernel
        self.style = Linear(w, inward.channels, start=1)
        self.weight = nn.Parameter(torch.randn(outward.channels, inward.channels, self._kernel, self._kernel))
        self.bias = nn.Parameter(torch.zeros(outward.channels))
        self.register_buffer("size", torch.ones(()))  # of what comes in, squared; a running mean
        rate = max(inward.rate, outward.rate) * (1 if colours else _OVERSAMPLED)
        self._up, self._down = rate // inward.rate, rate // outward.rate
        up_taps = 1 if colours or self._up == 1 else _TAPS * self._up
        down_taps = 1 if colours or self._down == 1 else _TAPS * self._down
        self.register_buffer(
            "up_filter", lowpass(up_taps, inward.cutoff, 2 * inward.half_width, rate), persistent=False
        )
        self.register_buffer(
            "down_filter",
            lowpass(down_taps, outward.cutoff, 2 * outward.half_width, rate, radial and not critical),
            persistent=False,
        )
        # Zeros around what was spread, so that the result has its size: half before, half behind.
        spread = (inward.size + self._kernel - 1) * self._up
        padding = (outward.size - 1) * self._down + 1 - spread + up_taps + down_taps - 2
        self._before = (padding + self._up) // 2
        self._after = padding - self._before

    def forward(self, signals: Tensor, styles: Tensor, *, learn: bool = False) -> Tensor:
        """(n, in channels, in size, in size) and (n, w) to (n, out channels, out size, out size)."""
        if learn:
            remembered = 0.5 ** (len(signals) / _REMEMBERED)
            self.size.copy_(signals.detach().square().mean().lerp(self.size, remembered))
        found = self._convolved(signals, self.style(styles)) + self.bias[None, :, None, None]
        found = upsample(found, self.up_filter, self._up, self._before, self._after)
        if not self._colours:
            found = functional.leaky_relu(found * GAIN, SLOPE)
        return downsample(found.clamp(-_HIGHEST, _HIGHEST), self.down_filter, self._down)

    def _convolved(self, signals: Tensor, scales: Tensor) -> Tensor:
        """A convolution whose weights the style scales, and whose result has unit size (arXiv 1912.04958).

        Scaling what comes in and what goes out is the same as scaling the weights, and cheaper.
        """
        weight: Tensor = self.weight
        if self._colours:
            scales = scales / sqrt(weight[0].numel())
        else:
            weight = weight * weight.square().mean((1, 2, 3), keepdim=True).rsqrt()
            scales = scales * scales.square().mean().rsqrt()
        found = functional.conv2d(signals * scales[:, :, None, None], weight, padding=self._kernel - 1)
        if not self._colours:
            strength = scales.square() @ weight.square().sum((2, 3)).T
            found = found * (strength + 1e-8).rsqrt()[:, :, None, None]
        return found * self.size.rsqrt()
