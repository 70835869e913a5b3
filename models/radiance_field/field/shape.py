"""What a field is built of."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.radiance_field.field.encoding import Encoding
from models.radiance_field.field.hash_grid import HashGrid
from models.radiance_field.field.moving_planes import MovingPlanes
from models.radiance_field.field.planes import FactorisedPlanes

Kind = Literal["planes", "moving planes", "hash grid"]


class FieldShape(BaseModel):
    """Everything but the numbers that are learnt; bounded, as it is read from files of anyone.

    Attributes:
        kind: `planes` for a still scene on a processor, `moving planes` for a moving one, `hash grid` for a still one
            on a GPU.
        resolution: Cells along each side of the box once it is trained.
        moments: Cells along time; of moving planes alone.
        density_rank: Products or features for the density.
        colour_rank: Likewise for the colour.
        features: Of the colour that the small network of view sees; of planes alone.
        levels: Resolutions of a hash grid.
        table_bits: Entries of its tables, as a power of 2.
        width: Of the network from features to colour.
        samples: Steps along the box's diagonal.
        occupancy: Cells of the grid of what is empty, along each side.
        surroundings: Whether light comes from outside of the box; else there is nothing behind the scene.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind = "planes"
    resolution: Annotated[int, Field(ge=8, le=1024)] = 112
    moments: Annotated[int, Field(ge=2, le=512)] = 24
    density_rank: Annotated[int, Field(ge=1, le=128)] = 8
    colour_rank: Annotated[int, Field(ge=1, le=128)] = 12
    features: Annotated[int, Field(ge=1, le=64)] = 20
    levels: Annotated[int, Field(ge=1, le=20)] = 10
    table_bits: Annotated[int, Field(ge=8, le=22)] = 15
    width: Annotated[int, Field(ge=8, le=256)] = 48
    samples: Annotated[int, Field(ge=8, le=2048)] = 144
    occupancy: Annotated[int, Field(ge=8, le=256)] = 48
    surroundings: bool = False

    def encoding(self, resolution: int) -> Encoding:
        """A new one with so many cells along each side, which a hash grid does not ask about."""
        if self.kind == "planes":
            return FactorisedPlanes(resolution, self.density_rank, self.colour_rank, self.features)
        if self.kind == "moving planes":
            return MovingPlanes(resolution, self.moments, self.density_rank, self.colour_rank)
        return HashGrid(self.resolution, self.levels, self.table_bits)
