"""What teaching a subject needs of a model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from models.drawing import ImageModel


class Trainee(Protocol):
    """A model with untrained LoRAs in its networks."""

    @property
    def model(self) -> ImageModel:
        """The model itself, which draws with what it has learned so far."""
        ...

    @property
    def side(self) -> int:
        """Pixels a side of the pictures it learns from."""
        ...

    @property
    def networks(self) -> Mapping[str, nn.Module]:
        """Those that learn, by the prefix of their weights in the file."""
        ...

    def encode(self, pictures: NDArray[np.uint8]) -> Tensor:
        """(n, side, side, 3) sRGB as latents."""
        ...

    def loss(self, latents: Tensor, prompt: str) -> Tensor:
        """Mean squared error of what the model says of noisy latents, all with the same words."""
        ...

    def save(self, file: Path) -> None:
        """Write the LoRAs as a safetensors file that the model takes as an `Adapter`."""
        ...
