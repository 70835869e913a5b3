"""How a field is trained."""

from math import exp, log
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from models.radiance_field.field.shape import FieldShape


class FieldRecipe(BaseModel):
    """Shape, steps and rates; steps rather than seconds, so that the same recipe gives the same field anywhere.

    Attributes:
        shape: What is trained.
        steps: In all.
        rays: Of each step, from all pictures.
        store_rate: First learning rate of what stores the scene.
        network_rate: That of the networks.
        last_rate: Share of both that is left at the end.
        coarse: Cells along each side at first; they become those of the shape in `refinements`.
        refinements: Shares of the steps after which the cells become more.
        looking: Steps between two looks for empty space.
        seed: Of everything random.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shape: FieldShape = FieldShape()
    steps: Annotated[int, Field(ge=1, le=1_000_000)] = 600
    rays: Annotated[int, Field(ge=16, le=65_536)] = 2048
    store_rate: Annotated[float, Field(gt=0, le=1)] = 0.08
    network_rate: Annotated[float, Field(gt=0, le=1)] = 0.015
    last_rate: Annotated[float, Field(gt=0, le=1)] = 0.05
    coarse: Annotated[int, Field(ge=4, le=1024)] = 40
    refinements: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = (0.15, 0.3, 0.45)
    looking: Annotated[int, Field(ge=1)] = 12
    seed: Annotated[int, Field(ge=0, le=2**31)] = 0

    def resolution(self, step: int) -> int:
        """Cells along each side in a step: between coarse and fine by one factor a refinement."""
        reached = sum(step > share * self.steps for share in self.refinements)
        if not self.refinements or self.coarse >= self.shape.resolution:
            return self.shape.resolution
        part = reached / len(self.refinements)
        return round(exp(log(self.coarse) * (1 - part) + log(self.shape.resolution) * part))

    def rate(self, step: int) -> float:
        """What is left of the learning rates in a step."""
        return float(self.last_rate ** (step / self.steps))


STILL: Final = FieldRecipe()
"""A minute of one core."""

STILL_FINE: Final = FieldRecipe(
    shape=FieldShape(resolution=144, density_rank=12, colour_rank=20, samples=176), steps=1500
)
"""Some minutes of one core."""

MOVING: Final = FieldRecipe(
    shape=FieldShape(kind="moving planes", resolution=80, density_rank=16, colour_rank=24, samples=112),
    steps=2000,
    rays=1024,
    store_rate=0.1,
    network_rate=0.01,
)
"""Three minutes of one core."""
