"""A still scene as sums of products of planes and lines (TensoRF's VM, Chen et al. 2022, arXiv 2203.09517)."""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.radiance_field.field.encoding import Encoding

_ACROSS: Final = ((0, 1), (0, 2), (1, 2))  # the axes of each plane
_ALONG: Final = (2, 1, 0)  # and that of the line which stands on it
_UNEVEN, _CROWDED = 0.02, 4e-5


class FactorisedPlanes(Encoding):
    """Memory grows with the square of the resolution, not with its cube.

    Args:
        resolution: Cells along each side at first.
        density_rank: Products for the density on each of the three planes.
        colour_rank: Likewise for the colour.
        features: Of the colour, mixed from its products.
    """

    def __init__(self, resolution: int, density_rank: int, colour_rank: int, features: int) -> None:
        super().__init__()
        self.features = features
        self.density_planes, self.density_lines = _products(density_rank, resolution)
        self.colour_planes, self.colour_lines = _products(colour_rank, resolution)
        self.mixing = nn.Linear(3 * colour_rank, features, bias=False)

    def density(self, points: Tensor, times: Tensor) -> Tensor:  # noqa: ARG002 - a still scene
        """As `Encoding.density`."""
        return _read(self.density_planes, self.density_lines, points).sum((0, 1))

    def colour(self, points: Tensor, times: Tensor) -> Tensor:  # noqa: ARG002 - a still scene
        """As `Encoding.colour`."""
        products = _read(self.colour_planes, self.colour_lines, points)
        mixed: Tensor = self.mixing(products.flatten(0, 1).T)
        return mixed

    def refine(self, resolution: int) -> None:
        """As `Encoding.refine`: what was learnt is interpolated."""
        for name in ("density", "colour"):
            planes, lines = getattr(self, f"{name}_planes"), getattr(self, f"{name}_lines")
            setattr(self, f"{name}_planes", resized(planes, (resolution, resolution)))
            setattr(self, f"{name}_lines", resized(lines, (resolution, 1)))

    def roughness(self) -> Tensor:
        """As `Encoding.roughness`."""
        crowded = self.density_planes.abs().mean() + self.density_lines.abs().mean()
        return _UNEVEN * (unevenness(self.density_planes) + unevenness(self.colour_planes)) + _CROWDED * crowded

    def stores(self) -> list[nn.Parameter]:
        """As `Encoding.stores`."""
        return [self.density_planes, self.density_lines, self.colour_planes, self.colour_lines]


def resized(planes: Tensor, size: tuple[int, int]) -> nn.Parameter:
    """Planes (n, c, h, w) with another number of cells, read bilinearly at the same places."""
    return nn.Parameter(functional.interpolate(planes.detach(), size, mode="bilinear", align_corners=True))


def unevenness(planes: Tensor) -> Tensor:
    """Mean squared difference between neighbouring cells of planes (n, c, h, w): total variation, squared."""
    return planes.diff(dim=2).square().mean() + planes.diff(dim=3).square().mean()


def _products(rank: int, resolution: int) -> tuple[nn.Parameter, nn.Parameter]:
    planes = 0.1 * torch.randn(3, rank, resolution, resolution)
    lines = 0.1 * torch.randn(3, rank, resolution, 1)
    return nn.Parameter(planes), nn.Parameter(lines)


def _read(planes: Tensor, lines: Tensor, points: Tensor) -> Tensor:
    """(3, rank, n) products at points."""
    across = torch.stack([points[:, list(axes)] for axes in _ACROSS])[:, None]
    heights = torch.stack([points[:, axis] for axis in _ALONG])
    along = torch.stack((torch.zeros_like(heights), heights), -1)[:, None]
    on_planes = functional.grid_sample(planes, across, align_corners=True, padding_mode="border")
    on_lines = functional.grid_sample(lines, along, align_corners=True, padding_mode="border")
    return (on_planes * on_lines)[:, :, 0]
