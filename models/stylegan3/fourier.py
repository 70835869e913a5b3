"""What a picture begins with: waves that know no pixels, turned and moved as the style says."""

from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.stylegan3.configuration import Band


class FourierFeatures(nn.Module):
    """Fixed waves within the first band (arXiv 2106.12423, section 3.1 and appendix F.1), mixed by learned weights.

    `transform` moves and turns the picture from outside: a 3 x 3 matrix, one unit a picture's side.
    """

    transform: Tensor
    frequencies: Tensor
    phases: Tensor

    def __init__(self, w: int, band: Band) -> None:
        super().__init__()
        self._band = band
        frequencies = torch.randn(band.channels, 2)
        length = frequencies.norm(dim=1, keepdim=True)
        # Evenly over the disc of the band: normal directions whose lengths are squeezed into it.
        self.register_buffer("frequencies", frequencies / (length * length.square().exp().pow(0.25)) * band.cutoff)
        self.register_buffer("phases", torch.rand(band.channels) - 0.5)
        self.register_buffer("transform", torch.eye(3))
        self.weight = nn.Parameter(torch.randn(band.channels, band.channels))
        # Turn (as cosine and sine) and shift; at first none.
        self.pose_weight = nn.Parameter(torch.zeros(4, w))
        self.pose_bias = nn.Parameter(torch.tensor([1.0, 0, 0, 0]))

    def forward(self, styles: Tensor) -> Tensor:
        """(n, w) to (n, channels, size, size)."""
        band = self._band
        placed = self._placement(styles) @ self.transform
        phases = self.phases + (self.frequencies @ placed[:, :2, 2:]).squeeze(2)
        frequencies = self.frequencies @ placed[:, :2, :2]
        # A turn with a scale may lift waves beyond the band; they are faded out before they would alias.
        beyond = (frequencies.norm(dim=2) - band.cutoff) / (band.rate / 2 - band.cutoff)
        amplitudes = (1 - beyond).clamp(0, 1)
        reach = 0.5 * band.size / band.rate
        theta = torch.tensor([[reach, 0, 0], [0, reach, 0]], device=styles.device)
        grid = functional.affine_grid(theta[None], [1, 1, band.size, band.size], align_corners=False)
        angles = grid @ frequencies.transpose(1, 2)[:, None] + phases[:, None, None]
        waves = torch.sin(2 * torch.pi * angles) * amplitudes[:, None, None]
        mixed: Tensor = waves @ (self.weight / sqrt(band.channels)).T
        return mixed.permute(0, 3, 1, 2).contiguous()

    def _placement(self, styles: Tensor) -> Tensor:
        """(n, 3, 3): where the style puts its picture."""
        pose = functional.linear(styles, self.pose_weight / sqrt(styles.shape[1]), self.pose_bias)
        cosine, sine, right, down = (pose / pose[:, :2].norm(dim=1, keepdim=True)).unbind(1)
        zero, one = torch.zeros_like(cosine), torch.ones_like(cosine)
        turn = torch.stack([cosine, -sine, zero, sine, cosine, zero, zero, zero, one], 1).reshape(-1, 3, 3)
        shift = torch.stack([one, zero, -right, zero, one, -down, zero, zero, one], 1).reshape(-1, 3, 3)
        return turn @ shift
