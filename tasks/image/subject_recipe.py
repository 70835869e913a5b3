"""A request's numbers as the recipe of a teaching."""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from models.dreambooth.training import SubjectRecipe

_RATES: Final = {"embedded": 2e-3, "stable-diffusion": 1e-4}


def recipe_of(asked: dict[str, Any], base: str) -> "SubjectRecipe":
    """The recipe; a small model learns in larger steps."""
    from models.dreambooth.training import SubjectRecipe  # noqa: PLC0415 - torch takes seconds to import

    return SubjectRecipe(
        subject=asked["instance_prompt"],
        kind=asked["class_prompt"],
        steps=asked["steps"],
        batch=asked["batch"],
        learning_rate=asked["learning_rate"] or _RATES[base],
        prior=asked["prior_weight"],
        seed=asked["seed"],
    )
