"""Training of radiance fields on pictures, and how well they draw what they have not seen. Imports torch.

Recipes that were measured: `STILL`, `STILL_FINE`, and `MOVING` for pictures of different times.

    field = train_field(train, STILL, folder, on_step)    # goes on from the folder's checkpoint
    qualities = evaluate(field, held_out)                 # PSNR and SSIM of each view, side by side
    save_field(field, card_of(field, STILL, train, qualities), folder)
"""

from models.radiance_field.field.recipe import MOVING, STILL, STILL_FINE, FieldRecipe
from models.radiance_field.training.bounds import box_of
from models.radiance_field.training.carding import card_of
from models.radiance_field.training.digest import pictures_digest
from models.radiance_field.training.evaluation import ViewQuality, compare, evaluate
from models.radiance_field.training.train import train_field

__all__ = [
    "MOVING",
    "STILL",
    "STILL_FINE",
    "FieldRecipe",
    "ViewQuality",
    "box_of",
    "card_of",
    "compare",
    "evaluate",
    "pictures_digest",
    "train_field",
]
