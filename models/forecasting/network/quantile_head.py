"""From what a network remembers to the quantiles of the return over any number of steps ahead."""

from typing import Final

import torch
from torch import Tensor, nn

from models.forecasting.forecast import LEVELS

MIDDLE: Final = LEVELS.index(0.5)


class QuantileHead(nn.Module):
    """Quantiles at `LEVELS` of the return over h steps, in units of a step's volatility times the root of h.

    They can't cross: each is its neighbour towards the median plus a softplus. It starts as a normal distribution.
    """

    def __init__(self, width: int, hidden: int = 64, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.hidden, self.out = nn.Linear(width + 2, hidden), nn.Linear(hidden, len(LEVELS))
        gaps = torch.diff(torch.special.ndtri(torch.tensor(LEVELS)))
        with torch.no_grad():
            self.out.weight.mul_(0.1)
            self.out.bias.copy_(torch.cat([torch.zeros(1), torch.log(torch.expm1(gaps))]))

    def forward(self, memory: Tensor, steps: Tensor) -> Tensor:
        """(…, width) and (steps,) to (…, steps, LEVELS)."""
        ahead = torch.stack([torch.log(steps), 1 / steps], dim=-1)
        lead = memory.shape[:-1]
        joined = torch.cat(
            [
                self.dropout(memory)[..., None, :].expand(*lead, len(steps), -1),
                ahead.expand(*lead, -1, -1),
            ],
            dim=-1,
        )
        raw = self.out(nn.functional.gelu(self.hidden(joined)))
        median = 0.1 * raw[..., :1]
        gaps = nn.functional.softplus(raw[..., 1:])
        below = gaps[..., :MIDDLE].flip(-1).cumsum(-1).flip(-1)
        return torch.cat([median - below, median, median + gaps[..., MIDDLE:].cumsum(-1)], dim=-1)
