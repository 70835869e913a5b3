"""The box of the world in which a field has its scene."""

from collections.abc import Sequence
from math import hypot

import torch
from pydantic import BaseModel, ConfigDict, FiniteFloat, model_validator
from torch import Tensor

Point = tuple[FiniteFloat, FiniteFloat, FiniteFloat]


class Box(BaseModel):
    """Along the world's axes.

    Attributes:
        low: Its corner of the least coordinates.
        high: The one opposite.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: Point
    high: Point

    @model_validator(mode="after")
    def _has_room(self) -> "Box":
        if not all(1e-6 < high - low < 1e6 for low, high in zip(self.low, self.high, strict=True)):
            raise ValueError("a box is between a millionth and a million wide along each axis")
        return self

    @property
    def sides(self) -> tuple[float, float, float]:
        """Its lengths along x, y and z."""
        x, y, z = (high - low for low, high in zip(self.low, self.high, strict=True))
        return x, y, z

    @property
    def diagonal(self) -> float:
        """From corner to corner."""
        return hypot(*self.sides)

    def inside(self, points: Tensor) -> Tensor:
        """Points (…, 3) of the world as coordinates from -1 to 1 within the box."""
        low, high = _tensors((self.low, self.high), points)
        return (points - low) * (2 / (high - low)) - 1

    def outside(self, coordinates: Tensor) -> Tensor:
        """The inverse of `inside`."""
        low, high = _tensors((self.low, self.high), coordinates)
        return (coordinates + 1) / 2 * (high - low) + low

    def chord(self, origins: Tensor, directions: Tensor) -> tuple[Tensor, Tensor]:
        """Where rays (n, 3) enter and leave, as distances (n,) from their origins; equal for those that miss."""
        low, high = _tensors((self.low, self.high), origins)
        slope = 1 / torch.where(directions.abs() < 1e-9, 1e-9, directions)
        one, other = (low - origins) * slope, (high - origins) * slope
        near = torch.minimum(one, other).amax(-1).clamp(min=0)
        return near, torch.maximum(torch.maximum(one, other).amin(-1), near)


def _tensors(corners: Sequence[Point], like: Tensor) -> list[Tensor]:
    return [like.new_tensor(corner) for corner in corners]
