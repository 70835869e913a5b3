"""A small field of the still scene, trained once for all tests."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from models.radiance_field.field import FieldShape, RadianceField
from models.radiance_field.training import FieldRecipe, train_field
from tests.models.radiance_field.analytic import around

SMALL = FieldShape(
    resolution=48, density_rank=5, colour_rank=8, features=12, width=24, samples=64, occupancy=24, moments=8, levels=5,
    table_bits=11,
)  # fmt: skip
RECIPE = FieldRecipe(shape=SMALL, steps=120, rays=768, coarse=16, refinements=(0.2, 0.4), looking=6)


@cache
def still_field() -> RadianceField:
    with TemporaryDirectory() as folder:
        return train_field(around(24, 32), RECIPE, Path(folder), lambda step, error: None)
