"""The card of a field that was just trained."""

from collections.abc import Sequence

import numpy as np

from models.radiance_field.field.card import FieldCard
from models.radiance_field.field.radiance_field import RadianceField
from models.radiance_field.field.recipe import FieldRecipe
from models.radiance_field.picture import Picture
from models.radiance_field.training.digest import pictures_digest
from models.radiance_field.training.evaluation import ViewQuality


def card_of(
    field: RadianceField, recipe: FieldRecipe, pictures: Sequence[Picture], qualities: Sequence[ViewQuality] = ()
) -> FieldCard:
    """Its card, with the mean quality of held-out views where there are any.

    Args:
        pictures: Those it was trained on.
    """
    metrics = {}
    if qualities:
        metrics = {
            "psnr": float(np.mean([quality.psnr for quality in qualities])),
            "ssim": float(np.mean([quality.ssim for quality in qualities])),
            "views": float(len(qualities)),
        }
    return FieldCard(
        shape=field.shape,
        box=field.box,
        moving=len({picture.camera.time for picture in pictures}) > 1,
        recipe=recipe,
        data_digest=pictures_digest(pictures),
        metrics=metrics,
    )
