"""Real-ESRGAN's networks from files of safetensors: x4plus, x2plus and others of their layout."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from models.diffusion.checkpoint import checked_checkpoint
from models.upscaling.rrdb import RRDBNet

_FOLDS: Final = {3: 1, 12: 2}  # channels of the first convolution; pixels of a side that are folded into them
_WIDEST, _DEEPEST = 256, 64
_WHITE_AT: Final = 1.0  # the encoded light of diffuse white


class UnknownWeights(ValueError):
    """The weights are of another network; the message says what is expected."""


@dataclass(frozen=True, eq=False)
class _RealEsrgan:
    network: RRDBNet
    name: str
    scale: int
    device: str
    margin: int = 16
    tile: int = 512

    @torch.inference_mode()
    def enlarge(self, code: Tensor) -> Tensor:
        """The network knows values up to white only: what is brighter is enlarged beside it, bicubic, and added."""
        shown = code.clamp(max=_WHITE_AT)
        larger = self._shown((shown + 1) / 2) * 2 - 1
        bright = code - shown
        if bright.any():
            larger += F.interpolate(bright, scale_factor=self.scale, mode="bicubic", align_corners=False).clamp(min=0)
        return larger

    def _shown(self, srgb: Tensor) -> Tensor:
        height, width = srgb.shape[2:]
        across, down = -width % self.network.fold, -height % self.network.fold
        larger: Tensor = self.network(F.pad(srgb, (0, across, 0, down), mode="replicate").to(self.device)).cpu()
        return larger[..., : height * self.scale, : width * self.scale].clamp(0, 1)


def real_esrgan(file: Path, device: str = "cpu") -> _RealEsrgan:
    """The network of a safetensors file with the names of BasicSR's `RRDBNet` (`conv_first`, `body.0.rdb1.conv1`, …).

    Raises:
        UnsafeCheckpoint: It is no safetensors file; a `.pth` may run code and is never opened.
        UnknownWeights: It is one, of another network.
    """
    try:
        numbers = {name: value.float() for name, value in load_file(checked_checkpoint(file)).items()}
    except SafetensorError as error:
        raise UnknownWeights(f"{file.name} is damaged: fetch it again") from error
    advice = (
        f"{file.name} does not have the layout of Real-ESRGAN's x4plus or x2plus (RRDBNet: conv_first, "
        "body.0.rdb1.conv1, …, conv_last): choose such weights"
    )
    first, inner = (numbers.get(f"{name}.weight") for name in ("conv_first", "body.0.rdb1.conv1"))
    if first is None or inner is None or first.ndim != 4 or inner.ndim != 4:
        raise UnknownWeights(advice)
    blocks = 1 + max(int(found[1]) for name in numbers if (found := re.match(r"body\.(\d{1,4})\.", name)))
    width, channels, growth = first.shape[0], first.shape[1], inner.shape[0]
    if channels not in _FOLDS or max(width, growth) > _WIDEST or blocks > _DEEPEST:
        raise UnknownWeights(advice)
    network = RRDBNet(width, blocks, growth, _FOLDS[channels])
    try:
        network.load_state_dict(numbers)
    except RuntimeError as error:
        raise UnknownWeights(advice) from error
    scale = 4 // network.fold
    return _RealEsrgan(network.eval().to(device), f"{file.stem}-x{scale}", scale, device)
