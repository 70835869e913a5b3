"""From a point of a sphere to the style of a picture."""

import torch
from torch import Tensor, nn

from models.stylegan3.linear import Linear

_FORGET = 0.998  # of the running mean of styles, a batch


class Mapping(nn.Module):
    """The mapping network, and the mean of all styles."""

    mean: Tensor

    def __init__(self, z: int, w: int, layers: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            Linear(z if number == 0 else w, w, rate=0.01, activated=True) for number in range(layers)
        )
        self.register_buffer("mean", torch.zeros(w))

    def forward(self, points: Tensor, *, learn: bool = False) -> Tensor:
        """(n, z) normally distributed to styles (n, w).

        Args:
            learn: Take them into the mean.
        """
        styles = points * (points.square().mean(1, keepdim=True) + 1e-8).rsqrt()
        for layer in self.layers:
            styles = layer(styles)
        if learn:
            self.mean.copy_(styles.detach().mean(0).lerp(self.mean, _FORGET))
        return styles

    def truncated(self, styles: Tensor, truncation: float) -> Tensor:
        """Styles moved towards their mean: 1 leaves them, 0 gives the mean, below 0 the opposite."""
        return self.mean.lerp(styles, truncation)
