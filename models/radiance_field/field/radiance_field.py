"""A radiance field: density and light of every point of a box, at every time, in every direction."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.radiance_field.field.box import Box
from models.radiance_field.field.colour import Surroundings, ViewColour
from models.radiance_field.field.encoding import Encoding
from models.radiance_field.field.occupancy import Occupancy
from models.radiance_field.field.shape import FieldShape

_CONTRAST, _THIN = 25.0, 5.0


class RadianceField(nn.Module):
    """What is learnt, and the box it lies in.

    Args:
        shape: What it is built of.
        box: Where the scene is.
        encoding: What stores the scene; by the shape's kind unless given.
    """

    def __init__(self, shape: FieldShape, box: Box, encoding: Encoding | None = None) -> None:
        super().__init__()
        self.shape = shape
        self.box = box
        self.encoding = encoding or shape.encoding(shape.resolution)
        self.colour = ViewColour(self.encoding.features, shape.width)
        self.occupancy = Occupancy(shape.occupancy)
        self.surroundings = Surroundings(shape.width) if shape.surroundings else None

    @property
    def step(self) -> float:
        """Length between two samples along a ray, in the world's units."""
        return self.box.diagonal / self.shape.samples

    def density(self, coordinates: Tensor, times: Tensor) -> Tensor:
        """(n,) opacity per length of the world, at coordinates (n, 3) from -1 to 1 and times (n,) from 0 to 1."""
        # Thin at first, or what is near the cameras hides the scene before it is learnt.
        raw = self.encoding.density(coordinates, times) - _THIN
        return functional.softplus(raw) * (_CONTRAST * 2 / max(self.box.sides))

    def light(self, coordinates: Tensor, directions: Tensor, times: Tensor) -> Tensor:
        """(n, 3) scene-linear light that leaves points against unit directions (n, 3) of view."""
        light: Tensor = self.colour(self.encoding.colour(coordinates, times), directions)
        return light

    def look_for_empty_space(self, generator: torch.Generator) -> None:
        """Bring the grid of what is empty up to date."""

        def opacity(points: Tensor) -> Tensor:
            times = torch.rand(len(points), generator=generator).to(points)
            return -torch.expm1(-self.density(points, times) * self.step)

        self.occupancy.update(opacity, generator)
