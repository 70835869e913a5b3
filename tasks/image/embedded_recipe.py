"""A request's numbers as the recipe of a training."""

from typing import TYPE_CHECKING, Any

from tasks.image.embedded_weights import embedded_weights
from tasks.image.settings import ImageSettings

if TYPE_CHECKING:
    from models.embedded_image.training.whole import Recipe


def recipe_of(asked: dict[str, Any]) -> "Recipe":
    """The recipe; what a request leaves open is the recipe's own default."""
    from models.embedded_image.training.autoencoder import AutoencoderRecipe  # noqa: PLC0415 - they import torch
    from models.embedded_image.training.denoiser import DenoiserRecipe  # noqa: PLC0415
    from models.embedded_image.training.enlarger import EnlargerRecipe  # noqa: PLC0415
    from models.embedded_image.training.judge import JudgeRecipe  # noqa: PLC0415
    from models.embedded_image.training.whole import Recipe  # noqa: PLC0415

    return Recipe(
        scenes=asked["scenes"],
        judged=asked["judged"],
        seed=asked["seed"],
        start=embedded_weights(ImageSettings()) if asked["go_on"] else None,
        # Short trainings need fewer scenes than they would take steps to see.
        autoencoder=AutoencoderRecipe(
            steps=asked["autoencoder_steps"], scenes=min(12_000, max(500, 4 * asked["autoencoder_steps"]))
        ),
        denoiser=DenoiserRecipe(steps=asked["steps"], batch=asked["batch"]),
        enlarger=EnlargerRecipe(steps=asked["enlarger_steps"], scenes=min(1500, max(16, asked["enlarger_steps"]))),
        judge=JudgeRecipe(scenes=asked["judge_scenes"], passes=asked["judge_passes"]),
    )
