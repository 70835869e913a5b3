"""A moving scene as products of six planes through space and time (K-Planes, Fridovich-Keil et al. 2023).

arXiv 2301.10241.
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.radiance_field.field.encoding import Encoding
from models.radiance_field.field.planes import resized, unevenness

_SPACE: Final = ((0, 1), (0, 2), (1, 2))
_UNEVEN, _RESTLESS, _MOVING = 0.02, 0.02, 2e-4


class MovingPlanes(Encoding):
    """Three planes of space and three of one axis of space and time, multiplied feature by feature.

    Those of time begin at 1, where they change nothing: what stands still is learnt once, for all times.

    Args:
        resolution: Cells along each side of the box at first.
        moments: Cells along time.
        density_rank: Features for the density.
        colour_rank: Features for the colour.
    """

    def __init__(self, resolution: int, moments: int, density_rank: int, colour_rank: int) -> None:
        super().__init__()
        self.features = colour_rank
        self.moments = moments
        self.density_space, self.density_time = _planes(density_rank, resolution, moments)
        self.colour_space, self.colour_time = _planes(colour_rank, resolution, moments)
        # Half of the products add density and half take it away, so that the first steps know where to go.
        self.signs = nn.Parameter(torch.where(torch.arange(density_rank) % 2 == 0, 1.0, -1.0))

    def density(self, points: Tensor, times: Tensor) -> Tensor:
        """As `Encoding.density`."""
        return _read(self.density_space, self.density_time, points, times) @ self.signs

    def colour(self, points: Tensor, times: Tensor) -> Tensor:
        """As `Encoding.colour`."""
        return _read(self.colour_space, self.colour_time, points, times)

    def refine(self, resolution: int) -> None:
        """As `Encoding.refine`: what was learnt is interpolated; time keeps its cells."""
        for name in ("density", "colour"):
            space, time = getattr(self, f"{name}_space"), getattr(self, f"{name}_time")
            setattr(self, f"{name}_space", resized(space, (resolution, resolution)))
            setattr(self, f"{name}_time", resized(time, (self.moments, resolution)))

    def roughness(self) -> Tensor:
        """As `Encoding.roughness`: even in space, even in speed, and at 1 in time wherever that will do."""
        uneven = unevenness(self.density_space) + unevenness(self.colour_space)
        restless = sum((_jerk(plane) for plane in (self.density_time, self.colour_time)), torch.zeros(()))
        moving = (self.density_time - 1).abs().mean() + (self.colour_time - 1).abs().mean()
        return _UNEVEN * uneven + _RESTLESS * restless + _MOVING * moving

    def stores(self) -> list[nn.Parameter]:
        """As `Encoding.stores`."""
        return [self.density_space, self.density_time, self.colour_space, self.colour_time]


def _planes(rank: int, resolution: int, moments: int) -> tuple[nn.Parameter, nn.Parameter]:
    space = torch.empty(3, rank, resolution, resolution).uniform_(0.5, 1)
    return nn.Parameter(space), nn.Parameter(torch.ones(3, rank, moments, resolution))


def _jerk(planes: Tensor) -> Tensor:
    return planes.diff(n=2, dim=2).square().mean()


def _read(space: Tensor, time: Tensor, points: Tensor, times: Tensor) -> Tensor:
    """(n, rank) products of the six planes."""
    across = torch.stack([points[:, list(axes)] for axes in _SPACE])[:, None]
    when = (times * 2 - 1).expand(3, -1)
    along = torch.stack((points.T, when), -1)[:, None]
    still = functional.grid_sample(space, across, align_corners=True, padding_mode="border")
    moved = functional.grid_sample(time, along, align_corners=True, padding_mode="border")
    return (still.prod(0) * moved.prod(0))[:, 0].T
