"""The size of a generator, and the signal-processing plan that follows from it."""

from dataclasses import asdict, dataclass
from typing import Any, Final, Self

import numpy as np

_FIRST_CUTOFF: Final = 2.0  # cycles per picture that the Fourier features hold
_FIRST_STOPBAND: Final = 2**2.1
_LAST_STOPBAND: Final = 2**0.3  # times half the resolution
_CRITICAL: Final = 2  # layers at the end that use all of the resolution's band
MARGIN: Final = 10  # pixels around the picture, so that its border is not known to the layers


class UnfitConfiguration(ValueError):
    """No generator can be built from this; the message says why."""


@dataclass(frozen=True)
class GeneratorConfiguration:
    """How large a generator is.

    Attributes:
        resolution: Pixels a side, a power of two from 16 to 1024.
        layers: Synthesis layers without the last one, which makes colours.
        width: Channels at most.
        base: Channels of a layer are `base` over its cutoff in cycles per picture, twice.
        kernel: 3 for translation (the paper's T), 1 for rotation as well (R).
        radial: Filters without a direction, which R has.
    """

    resolution: int = 64
    layers: int = 10
    width: int = 96
    base: int = 4096
    z: int = 128
    w: int = 128
    mapping_layers: int = 2
    kernel: int = 3
    radial: bool = False

    def __post_init__(self) -> None:
        if self.resolution not in {16, 32, 64, 128, 256, 512, 1024}:
            raise UnfitConfiguration("resolution is a power of two from 16 to 1024")
        bounds = {"layers": (4, 20), "width": (4, 1024), "base": (64, 131_072), "z": (4, 1024), "w": (4, 1024)}
        bounds |= {"mapping_layers": (1, 16)}
        for name, (least, most) in bounds.items():
            if not least <= getattr(self, name) <= most:
                raise UnfitConfiguration(f"{name} is from {least} to {most}")
        if self.kernel not in {1, 3}:
            raise UnfitConfiguration("kernel is 3 (translation) or 1 (translation and rotation)")

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, said: Any) -> Self:
        """From plain values.

        Raises:
            UnfitConfiguration: They are no configuration.
        """
        fields = cls.__dataclass_fields__
        fits = isinstance(said, dict) and said.keys() <= fields.keys()
        if not fits or any(type(value) is not (bool if name == "radial" else int) for name, value in said.items()):
            raise UnfitConfiguration(f"a configuration has whole numbers for {', '.join(fields)}")
        return cls(**said)


@dataclass(frozen=True)
class Band:
    """The signal between two layers (Karras et al. 2021, arXiv 2106.12423, section 3.2 and appendix D).

    Attributes:
        cutoff: Highest frequency that is kept whole, in cycles per picture.
        half_width: From the cutoff to where nothing passes.
        rate: Samples per picture side.
        size: Samples with the margin on both sides.
    """

    cutoff: float
    half_width: float
    rate: int
    size: int
    channels: int


def bands(configuration: GeneratorConfiguration) -> list[Band]:
    """The signals of a generator: what enters the first layer has the first one's band; the last is the picture."""
    count, resolution = configuration.layers, configuration.resolution
    share = np.minimum(np.arange(count + 1) / (count - _CRITICAL), 1)
    nyquist = resolution / 2
    cutoffs = _FIRST_CUTOFF * (nyquist / _FIRST_CUTOFF) ** share
    stopbands = _FIRST_STOPBAND * (nyquist * _LAST_STOPBAND / _FIRST_STOPBAND) ** share
    rates = np.exp2(np.ceil(np.log2(np.minimum(stopbands * 2, resolution))))
    half_widths = np.maximum(stopbands, rates / 2) - cutoffs
    sizes = rates + 2 * MARGIN
    sizes[-2:] = resolution
    channels = np.rint(np.minimum(configuration.base / 2 / cutoffs, configuration.width))
    channels[-1] = 3
    return [
        Band(float(cutoff), float(half_width), int(rate), int(size), int(channel))
        for cutoff, half_width, rate, size, channel in zip(cutoffs, half_widths, rates, sizes, channels, strict=True)
    ]
