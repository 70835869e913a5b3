"""What a saved field is: its form, its box, how it was trained, how well it draws."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from models.radiance_field.field.box import Box
from models.radiance_field.field.recipe import FieldRecipe
from models.radiance_field.field.shape import FieldShape


class FieldCard(BaseModel):
    """The JSON beside a field's numbers.

    Attributes:
        version: Of this form of card and numbers.
        shape: What the field is built of; its recipe's, and whether it has surroundings.
        box: Where the scene is.
        moving: Whether its training pictures were of different times.
        recipe: How it was trained.
        data_digest: SHA-256 of the training pictures and their cameras.
        metrics: For example `psnr` and `ssim`, means over the views that were held out.
        weights_digest: SHA-256 of the numbers' file, set when they are saved.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    shape: FieldShape
    box: Box
    moving: bool = False
    recipe: FieldRecipe
    data_digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    metrics: dict[str, FiniteFloat] = {}
    weights_digest: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
