"""Low-pass filters, and resampling with them: what keeps a signal within its band."""

import numpy as np
import torch
from scipy import signal, special
from torch import Tensor
from torch.nn import functional


def lowpass(taps: int, cutoff: float, width: float, rate: float, radial: bool = False) -> Tensor:
    """A Kaiser-windowed sinc filter (Kaiser 1974), or jinc where it shall be the same in every direction.

    Args:
        cutoff: In cycles per picture, as is the transition `width`.
        rate: Samples per picture.

    Returns:
        (taps,), or (taps, taps) for a radial one; sums to 1.
    """
    if taps == 1:
        return torch.ones(1)
    if not radial:
        return torch.from_numpy(signal.firwin(taps, cutoff, width=width, fs=rate).astype(np.float32))
    place = (np.arange(taps) - (taps - 1) / 2) / rate
    radius = np.hypot(*np.meshgrid(place, place))
    beta = signal.kaiser_beta(signal.kaiser_atten(taps, width / (rate / 2)))
    window = np.kaiser(taps, beta)
    # The taps are even in number, so no radius is 0.
    ideal = special.j1(2 * cutoff * np.pi * radius) / (np.pi * radius) * np.outer(window, window)
    return torch.from_numpy((ideal / ideal.sum()).astype(np.float32))


def upsample(signals: Tensor, kernel: Tensor, factor: int, before: int, after: int) -> Tensor:
    """Zeros between the samples, then the filter; each side's length is factor x length + before + after - taps + 1.

    Args:
        signals: (n, channels, height, width).
        before: Zeros put before the first sample of each side, after it was spread; `after` likewise.
    """
    channels, height, width = signals.shape[1:]
    spread = signals.contiguous(memory_format=torch.channels_last)  # ten times as fast on a processor
    # A strided transposed convolution never multiplies the zeros.
    for each, strides in _passes(kernel * factor**kernel.ndim, factor):
        spread = functional.conv_transpose2d(spread, each.expand(channels, 1, -1, -1), stride=strides, groups=channels)
    first = before - len(kernel) + 1
    last_row, last_column = (factor * side + before + after - len(kernel) + 1 for side in (height, width))
    return functional.pad(
        spread, (first, last_column - first - spread.shape[3], first, last_row - first - spread.shape[2])
    )


def downsample(signals: Tensor, kernel: Tensor, factor: int) -> Tensor:
    """The filter, then every `factor`-th sample; each side's length is (length - taps) // factor + 1."""
    channels = signals.shape[1]
    kept = signals.contiguous(memory_format=torch.channels_last)
    for each, strides in _passes(kernel, factor):
        kept = functional.conv2d(kept, each.expand(channels, 1, -1, -1), stride=strides, groups=channels)
    return kept


def _passes(kernel: Tensor, factor: int) -> list[tuple[Tensor, tuple[int, int]]]:
    """A filter along one side as two passes, down and across; a radial one as it is."""
    if kernel.ndim == 2:
        return [(kernel[None, None], (factor, factor))]
    return [(kernel[None, None, :, None], (factor, 1)), (kernel[None, None, None, :], (1, factor))]
