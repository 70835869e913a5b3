"""What enlarges: a network, or the name of a resampling filter."""

from typing import Literal, Protocol

from torch import Tensor

Filter = Literal["lanczos", "bicubic"]


class Network(Protocol):
    """A super-resolution network in memory, ready to work."""

    @property
    def name(self) -> str:
        """For provenance."""
        ...

    @property
    def scale(self) -> int:
        """How many times wider and higher pictures become."""
        ...

    @property
    def margin(self) -> int:
        """Pixels of its input around a tile that it has to see, so that the tile's border does not show."""
        ...

    @property
    def tile(self) -> int:
        """Side of a tile in pixels of its output: bounds what it takes of memory."""
        ...

    def enlarge(self, code: Tensor) -> Tensor:
        """Light as `models.embedded_image.light` encodes it, (1, 3, h, w), as (1, 3, scale h, scale w), on the CPU."""
        ...


def name_of(network: Network | Filter) -> str:
    """What a result says it was enlarged by."""
    return f"resampling:{network}" if isinstance(network, str) else network.name
