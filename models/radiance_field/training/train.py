"""Training of a field on pictures of a scene."""

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from models.checkpoint import last_step, restore, save
from models.radiance_field.field.box import Box
from models.radiance_field.field.light import decode, encode
from models.radiance_field.field.radiance_field import RadianceField
from models.radiance_field.field.recipe import FieldRecipe
from models.radiance_field.field.tracing import seen_against, trace
from models.radiance_field.picture import Picture
from models.radiance_field.training.bounds import box_of, has_alpha
from models.radiance_field.training.rays import Rays, rays_of


def train_field(
    pictures: Sequence[Picture],
    recipe: FieldRecipe,
    folder: Path,
    on_step: Callable[[int, float], None],
    box: Box | None = None,
    device: str = "cpu",
    checkpoint_every: int = 200,
) -> RadianceField:
    """Train a field, going on from the folder's checkpoint where there is one.

    Args:
        folder: For checkpoints; of this training alone.
        on_step: Told the step and its squared error in code values; what it raises stops the training, and the last
            checkpoint stands.
        box: Where the scene is; found from the pictures unless given.
        device: torch's name of what to train on.

    Raises:
        ValueError: There are no pictures, no ray meets the box, the pictures are of different times and the recipe's
            field is still, or the folder's checkpoint is of another recipe.
    """
    if recipe.shape.kind != "moving planes" and len({picture.camera.time for picture in pictures}) > 1:
        raise ValueError("the pictures are of different times: a field of the kind 'moving planes' learns from those")
    box = box or box_of(pictures)
    shape = recipe.shape.model_copy(update={"surroundings": recipe.shape.surroundings or not has_alpha(pictures)})
    torch.manual_seed(recipe.seed)
    field = RadianceField(shape, box, shape.encoding(recipe.resolution(1)))
    return fit(
        field, rays_of(pictures, None if shape.surroundings else box), recipe, folder, on_step, device, checkpoint_every
    )


def fit(
    field: RadianceField,
    rays: Rays,
    recipe: FieldRecipe,
    folder: Path,
    on_step: Callable[[int, float], None],
    device: str = "cpu",
    checkpoint_every: int = 200,
) -> RadianceField:
    """Train a given field on given rays; as `train_field` otherwise."""
    _claim(folder, recipe)
    start = last_step(folder)
    field.encoding.refine(recipe.resolution(max(start, 1)))
    field.to(device)
    optimiser = _optimiser(field, recipe)
    restore(folder, {"field": field}, {"optimiser": optimiser})
    for step in range(start + 1, recipe.steps + 1):
        # Each step has its own random numbers: a run that was stopped goes on as if it had not been.
        generator = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
        if recipe.resolution(step) != recipe.resolution(max(step - 1, 1)):
            field.encoding.refine(recipe.resolution(step))
            optimiser = _optimiser(field, recipe)
        for group in optimiser.param_groups:
            group["lr"] = group["first_rate"] * recipe.rate(step)
        error = squared_error(field, rays.drawn(recipe.rays, generator, torch.device(device)), generator)
        optimiser.zero_grad()
        (error + field.encoding.roughness()).backward()  # type: ignore[no-untyped-call]  # torch has no annotation
        optimiser.step()
        if step % recipe.looking == 0:
            field.look_for_empty_space(generator)
        if step % checkpoint_every == 0 or step == recipe.steps:
            save(folder, step, {"field": field}, {"optimiser": optimiser})
        on_step(step, float(error.detach()))
    return field.eval()


def squared_error(field: RadianceField, rays: Rays, generator: torch.Generator) -> Tensor:
    """Mean squared error of rays' codes, before the surroundings or, where the pictures have alpha, random colours."""
    traced = trace(field, rays.origins, rays.directions, rays.times, generator)
    if field.surroundings is None:
        # With a colour that nobody can foresee, only the right coverage is right.
        behind = decode(torch.rand(len(rays), 3, generator=generator).to(rays.light))
    else:
        behind = field.surroundings(rays.directions)
    hidden = behind.detach() if field.surroundings is not None else behind
    truth = rays.light[:, :3] + (1 - rays.light[:, 3:]) * hidden
    return (encode(seen_against(traced, behind)) - encode(truth)).square().mean()


def _optimiser(field: RadianceField, recipe: FieldRecipe) -> torch.optim.Optimizer:
    stores = field.encoding.stores()
    known = {id(store) for store in stores}
    networks = [parameter for parameter in field.parameters() if id(parameter) not in known]
    groups = [{"params": networks, "first_rate": recipe.network_rate}]
    if stores:
        groups.append({"params": stores, "first_rate": recipe.store_rate})
    return torch.optim.Adam(groups, betas=(0.9, 0.99), eps=1e-12)


def _claim(folder: Path, recipe: FieldRecipe) -> None:
    """Keep the recipe beside the checkpoints, which are of no use to another."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "recipe.json"
    if file.exists() and file.read_text() != recipe.model_dump_json():
        raise ValueError(f"{folder.name} holds the checkpoint of another recipe; train in a folder of its own")
    file.write_text(recipe.model_dump_json())
