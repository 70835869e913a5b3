"""What a field stores of a scene: density and features of the colour at any point and time."""

from torch import Tensor, nn


class Encoding(nn.Module):
    """One way to store them. Points (n, 3) lie from -1 to 1, times (n,) from 0 to 1.

    Attributes:
        features: How many numbers describe the colour at a point.
    """

    features: int

    def density(self, points: Tensor, times: Tensor) -> Tensor:
        """(n,) before the activation that makes it positive."""
        raise NotImplementedError

    def colour(self, points: Tensor, times: Tensor) -> Tensor:
        """(n, features)."""
        raise NotImplementedError

    def refine(self, resolution: int) -> None:
        """Go on with so many cells along each side; the parameters are others afterwards. Without cells: nothing."""

    def roughness(self) -> Tensor:
        """What training keeps low beside the error, already weighed: uneven planes, restless ones, crowded space."""
        return next(self.parameters()).new_zeros(())

    def stores(self) -> list[nn.Parameter]:
        """The parameters that hold the scene itself, which learn faster than the networks behind them."""
        return []
