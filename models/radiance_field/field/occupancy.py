"""Which parts of the box are empty, so that nothing is computed there (Instant NGP, arXiv 2201.05989)."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

_FORGETTING = 0.8
_SHARE = 4
_EMPTY = 0.01
_UNKNOWN = 0.012


class Occupancy(nn.Module):
    """The highest opacity seen in each cell of a grid, forgotten slowly.

    Args:
        side: Cells along each side.
    """

    opacity: Tensor
    full: Tensor

    def __init__(self, side: int) -> None:
        super().__init__()
        self.side = side
        self.register_buffer("opacity", torch.full((side, side, side), _UNKNOWN))
        self.register_buffer("full", torch.ones(side, side, side, dtype=torch.bool))

    def holds(self, points: Tensor) -> Tensor:
        """Whether points (…, 3) from -1 to 1 lie where there may be something."""
        cells = ((points + 1) * (self.side / 2)).long().clamp(0, self.side - 1)
        x, y, z = cells.unbind(-1)
        inside: Tensor = self.full.view(-1)[(x * self.side + y) * self.side + z]
        return inside

    @torch.no_grad()
    def update(self, opacity: Callable[[Tensor], Tensor], generator: torch.Generator) -> None:
        """Look again at a quarter of the cells, each at a random point.

        Args:
            opacity: Of points (n, 3) from -1 to 1, over one step of a ray; cells below a hundredth are empty, unless a
                neighbour is not.
        """
        cells = self.side**3
        chosen = torch.randint(cells, (cells // _SHARE,), generator=generator)
        jitter = torch.rand(len(chosen), 3, generator=generator)
        places = torch.stack((chosen // self.side**2, chosen // self.side % self.side, chosen % self.side), -1)
        chosen = chosen.to(self.opacity.device)
        points = ((places + jitter) * (2 / self.side) - 1).to(self.opacity.device)
        seen = opacity(points)
        known = self.opacity.view(-1)
        known[chosen] = torch.maximum(known[chosen] * _FORGETTING, seen)
        some = (self.opacity > min(_EMPTY, float(self.opacity.mean()))).float()
        self.full.copy_(functional.max_pool3d(some[None, None], 3, 1, 1)[0, 0] > 0)
