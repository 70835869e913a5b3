"""Our own network: the embedded image model's enlarger, four times wider and higher."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from models.embedded_image.card import WEIGHTS
from models.embedded_image.enlarger import SCALE, Enlarger


@dataclass(frozen=True, eq=False)
class _OwnNetwork:
    enlarger: Enlarger
    device: str
    name: str = "embedded-enlarger-x4"
    scale: int = SCALE
    margin: int = 13  # what it sees to each side: 2 by its first convolution, 1 by each of the other eleven
    tile: int = 2048

    @torch.inference_mode()
    def enlarge(self, code: Tensor) -> Tensor:
        larger: Tensor = self.enlarger(code.to(self.device)).cpu()
        return larger


def own_network(folder: Path = WEIGHTS, device: str = "cpu") -> _OwnNetwork:
    """The enlarger that comes with the code, or that of another folder of embedded weights.

    Raises:
        OSError: A file is missing or is no safetensors file.
    """
    enlarger = Enlarger.from_pretrained(
        str(folder / "enlarger"), local_files_only=True, use_safetensors=True, torch_dtype=torch.float32
    )
    return _OwnNetwork(enlarger.eval().to(device), device)
