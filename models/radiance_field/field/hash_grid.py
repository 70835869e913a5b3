"""A still scene in hash tables of many resolutions (Instant NGP, Müller et al. 2022, arXiv 2201.05989).

For GPUs: gathering from tables in plain torch is the slowest of the encodings on a processor.
"""

from typing import Final

import torch
from torch import Tensor, nn

from models.radiance_field.field.encoding import Encoding

_PRIMES: Final = (1, 2_654_435_761, 805_459_861)
_CORNERS: Final = tuple((x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1))
_PER_LEVEL, _COARSEST, _WIDTH = 2, 8, 32
_GAIN: Final = 10.0  # of what tables hold: a step of training moves entries by the rate, whatever their size


class HashGrid(Encoding):
    """Two sets of tables, one for the density and one for the colour, as only few points need a colour.

    Args:
        finest: Cells along each side at the finest level; the coarsest has 8, those between grow by one factor.
        levels: How many resolutions.
        table_bits: Each level has at most 2 to this power entries.
    """

    def __init__(self, finest: int, levels: int, table_bits: int) -> None:
        super().__init__()
        self.features = levels * _PER_LEVEL
        growth = (finest / _COARSEST) ** (1 / max(levels - 1, 1))
        self.resolutions = [round(_COARSEST * growth**level) for level in range(levels)]
        self.entries = 2**table_bits
        self.density_tables, self.colour_tables = (
            nn.Parameter(torch.empty(levels, self.entries, _PER_LEVEL).uniform_(-1e-2, 1e-2)) for _ in range(2)
        )
        self.opening = nn.Sequential(nn.Linear(self.features, _WIDTH), nn.ReLU(), nn.Linear(_WIDTH, 1))

    def density(self, points: Tensor, times: Tensor) -> Tensor:  # noqa: ARG002 - a still scene
        """As `Encoding.density`."""
        opened: Tensor = self.opening(self._read(self.density_tables, points))
        return opened[:, 0]

    def colour(self, points: Tensor, times: Tensor) -> Tensor:  # noqa: ARG002 - a still scene
        """As `Encoding.colour`."""
        return self._read(self.colour_tables, points)

    def stores(self) -> list[nn.Parameter]:
        """As `Encoding.stores`."""
        return [self.density_tables, self.colour_tables]

    def _read(self, tables: Tensor, points: Tensor) -> Tensor:
        """(n, features) interpolated between the eight corners of each level's cell."""
        unit = ((points + 1) / 2).clamp(0, 1)
        corners = torch.tensor(_CORNERS, device=points.device)
        found = []
        for table, resolution in zip(tables, self.resolutions, strict=True):
            scaled = unit * resolution
            cell = scaled.floor().clamp(max=resolution - 1)
            part = (scaled - cell)[:, None]
            places = cell.long()[:, None] + corners
            shares = torch.where(corners.bool(), part, 1 - part).prod(-1, keepdim=True)
            found.append((table[self._entry(places, resolution)] * shares).sum(1) * _GAIN)
        return torch.cat(found, 1)

    def _entry(self, places: Tensor, resolution: int) -> Tensor:
        """Coarse levels have an entry for every corner, fine ones share."""
        side = resolution + 1
        if side**3 <= self.entries:
            return (places[..., 0] * side + places[..., 1]) * side + places[..., 2]
        mixed = places[..., 0] * _PRIMES[0] ^ places[..., 1] * _PRIMES[1] ^ places[..., 2] * _PRIMES[2]
        entry: Tensor = mixed % self.entries
        return entry
