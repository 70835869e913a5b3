"""The embedded model's autoencoder: 8 x 8 pixel patches to 48 principal components and back, with a learned finish.

The components need no training and lose little (32 dB on 64 x 64 scenes); what they blur at the patches' borders, a
small residual network mends after decoding.
"""

from typing import Any, Final

import numpy as np
import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from numpy.typing import NDArray
from torch import Tensor, nn

PATCH: Final = 8
CHANNELS: Final = 48


class PatchAutoencoder(ModelMixin, ConfigMixin):  # type: ignore[misc]  # diffusers is not typed
    """Pictures (n, 3, height, width) to latents (n, 48, height / 8, width / 8) of about unit size, and back."""

    config_name = "config.json"

    @register_to_config  # type: ignore[untyped-decorator]  # diffusers is not typed
    def __init__(self, channels: int = CHANNELS, patch: int = PATCH, width: int = 48, depth: int = 4) -> None:
        super().__init__()
        self.analyse = nn.Conv2d(3, channels, patch, stride=patch)
        self.synthesise = nn.ConvTranspose2d(channels, 3, patch, stride=patch)
        # The finish works at half the resolution, on twelve channels of 2 x 2 pixels.
        self.enter = nn.Conv2d(12, width, 3, padding=1)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.SiLU(), nn.Conv2d(width, width, 3, padding=1))
            for _ in range(depth)
        )
        self.leave = nn.Conv2d(width, 12, 3, padding=1)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)  # type: ignore[arg-type]  # a convolution has a bias unless told otherwise

    def encode(self, pictures: Tensor) -> Tensor:
        """Pictures as `encode_light` has them, to latents."""
        latents: Tensor = self.analyse(pictures)
        return latents

    def decode(self, latents: Tensor) -> Tensor:
        """Latents to pictures."""
        rough = self.synthesise(latents)
        found = self.enter(nn.functional.pixel_unshuffle(rough, 2))
        for block in self.blocks:
            found = found + block(found)
        picture: Tensor = rough + nn.functional.pixel_shuffle(self.leave(found), 2)
        return picture

    def forward(self, pictures: Tensor) -> Tensor:
        """There and back."""
        return self.decode(self.encode(pictures))


@torch.no_grad()
def fit_patches(pictures: NDArray[np.float32], **configuration: Any) -> PatchAutoencoder:
    """An autoencoder with the principal components of these pictures (n, 3, height, width).

    A component's spread is halved on a logarithmic scale: coarse forms stay larger than noise for longer, as in pixels.
    """
    model: PatchAutoencoder = PatchAutoencoder(**configuration)
    count, _, height, width = pictures.shape
    rows = pictures.reshape(count, 3, height // PATCH, PATCH, width // PATCH, PATCH)
    patches = rows.transpose(0, 2, 4, 1, 3, 5).reshape(-1, 3 * PATCH * PATCH)
    mean = patches.mean(0)
    variances, vectors = np.linalg.eigh(np.cov((patches - mean).T))
    best = np.argsort(variances)[::-1][:CHANNELS]
    basis, deviation = vectors[:, best], np.sqrt(variances[best])
    scale = np.sqrt(deviation)
    scale *= np.sqrt((deviation**2 / scale**2).mean())  # latents of unit size on the average
    analysis = torch.from_numpy((basis / scale).T.reshape(CHANNELS, 3, PATCH, PATCH).astype(np.float32))
    synthesis = torch.from_numpy((basis * scale).T.reshape(CHANNELS, 3, PATCH, PATCH).astype(np.float32))
    model.analyse.weight.copy_(analysis)
    model.analyse.bias = nn.Parameter(torch.from_numpy((-(mean @ basis) / scale).astype(np.float32)))
    model.synthesise.weight.copy_(synthesis)
    # A transposed convolution has one bias a colour; the mean patch is nearly constant.
    model.synthesise.bias = nn.Parameter(torch.from_numpy(mean.reshape(3, -1).mean(1).astype(np.float32)))
    return model
