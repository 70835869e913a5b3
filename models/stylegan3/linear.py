"""Fully connected layers with an equalised learning rate (Karras et al. 2018, arXiv 1710.10196, section 4.1)."""

from math import sqrt

import torch
from torch import Tensor, nn
from torch.nn import functional

SLOPE = 0.2  # of leaky rectifiers, below zero
GAIN = sqrt(2)  # keeps the variance of what a rectifier halves


class Linear(nn.Module):
    """Weights of unit variance, scaled when they are used.

    Args:
        rate: How fast it learns, against the other layers.
        start: Of the bias.
    """

    def __init__(
        self, inward: int, outward: int, *, rate: float = 1, start: float = 0, activated: bool = False
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outward, inward) / rate)
        self.bias = nn.Parameter(torch.full((outward,), start / rate))
        self._gain, self._rate, self._activated = rate / sqrt(inward), rate, activated

    def forward(self, values: Tensor) -> Tensor:
        """(n, inward) to (n, outward)."""
        found = functional.linear(values, self.weight * self._gain, self.bias * self._rate)
        return functional.leaky_relu(found, SLOPE) * GAIN if self._activated else found
