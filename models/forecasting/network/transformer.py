"""A causal Transformer (Vaswani et al. 2017) over patches of steps (as PatchTST, Nie et al. 2023)."""

import torch
from torch import Tensor, nn

from models.forecasting.network.quantile_head import QuantileHead

PATCH = 8
LOOK_BACK = 21
"""Patches that one can see, itself included: 168 steps."""


class Attention(nn.Module):
    """Pre-norm self-attention and feed-forward; how far back a patch lies counts by a learned bias a head."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.distance = nn.Parameter(torch.zeros(heads, LOOK_BACK))
        self.feed = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        self.dropout = nn.Dropout(dropout)

    def forward(self, patches: Tensor, apart: Tensor, hidden: Tensor) -> Tensor:
        """(batch, patches, width) to the same; `apart` is how far back each lies, `hidden` what may not be seen."""
        batch, count, width = patches.shape
        query, key, value = (
            part.view(batch, count, self.heads, -1).transpose(1, 2)
            for part in self.project(self.before(patches)).chunk(3, dim=-1)
        )
        weight = query @ key.transpose(-1, -2) / (width // self.heads) ** 0.5 + self.distance[:, apart]
        weight = weight.masked_fill(hidden, float("-inf")).softmax(-1)
        mixed = (weight @ value).transpose(1, 2).reshape(batch, count, width)
        patches = patches + self.dropout(self.out(mixed))
        fed: Tensor = self.dropout(self.feed(self.between(patches)))
        return patches + fed


class Transformer(nn.Module):
    """Patches of eight steps, each seeing those of the last 168 steps."""

    stride = PATCH
    """Steps from one position that can be forecast from to the next: the ends of patches."""

    def __init__(self, inputs: int, width: int = 48, dropout: float = 0.1, heads: int = 4, layers: int = 2) -> None:
        super().__init__()
        self.embed = nn.Linear(inputs * PATCH, width)
        self.layers = nn.ModuleList(Attention(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.head = QuantileHead(width, dropout=dropout)

    def forward(self, window: Tensor, positions: Tensor, steps: Tensor) -> Tensor:
        """(batch, time, inputs) to (batch, positions, steps, LEVELS); time and positions + 1 are whole patches."""
        batch, time, inputs = window.shape
        patches = self.embed(window.reshape(batch, time // PATCH, PATCH * inputs))
        place = torch.arange(time // PATCH)
        back = place[:, None] - place[None, :]
        hidden = (back < 0) | (back >= LOOK_BACK)
        apart = back.clamp(0, LOOK_BACK - 1)
        for layer in self.layers:
            patches = layer(patches, apart, hidden)
        quantiles: Tensor = self.head(self.norm(patches[:, positions // PATCH]), steps)
        return quantiles
