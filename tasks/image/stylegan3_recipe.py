"""A request's numbers as the size of a generator and the recipe of its training."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.stylegan3.configuration import GeneratorConfiguration
    from models.stylegan3.training import TrainingRecipe


def recipe_of(asked: dict[str, Any]) -> "tuple[GeneratorConfiguration, TrainingRecipe]":
    """Both; a generator for rotation has kernels of one sample and twice the channels, as in the paper."""
    from models.stylegan3.configuration import GeneratorConfiguration  # noqa: PLC0415 - numpy where it is used
    from models.stylegan3.training import TrainingRecipe  # noqa: PLC0415 - it imports torch

    turns = asked["equivariance"] == "rotation"
    width = asked["width"]
    style = min(max(width, 64), 512)
    configuration = GeneratorConfiguration(
        resolution=asked["resolution"],
        layers=asked["layers"],
        width=width * 2 if turns else width,
        base=min(width * (128 if turns else 64), 131_072),
        z=style,
        w=style,
        kernel=1 if turns else 3,
        radial=turns,
    )
    recipe = TrainingRecipe(
        steps=asked["steps"],
        batch=asked["batch"],
        penalty=asked["penalty"],
        mirror=asked["mirror"],
        seed=asked["seed"],
    )
    return configuration, recipe
