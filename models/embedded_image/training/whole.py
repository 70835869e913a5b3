"""The whole training, part by part: each is kept in a folder, so that a run that was stopped goes on with the next."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from transformers import CLIPTokenizer

from models.embedded_image.autoencoder import PatchAutoencoder
from models.embedded_image.card import Card, read_card
from models.embedded_image.denoiser import new_denoiser
from models.embedded_image.enlarger import Enlarger
from models.embedded_image.judge import Judge, load_judge, save_judge
from models.embedded_image.model import EmbeddedImageModel
from models.embedded_image.saving import save
from models.embedded_image.text import load_tokenizer, new_text_encoder, tokens, train_tokenizer
from models.embedded_image.training.autoencoder import AutoencoderRecipe, fit_autoencoder, train_finish
from models.embedded_image.training.dataset import worded
from models.embedded_image.training.denoiser import DenoiserRecipe, Denoising, train_denoiser
from models.embedded_image.training.enlarger import EnlargerRecipe, train_enlarger
from models.embedded_image.training.evaluation import check_judge, follow, frechet_distance, held_out_prompts
from models.embedded_image.training.judge import JudgeRecipe, train_judge
from models.embedded_image.training.latents import load_latents

OnPart = Callable[[str, float], None]


@dataclass(frozen=True)
class Recipe:
    """Everything that the weights depend on.

    Attributes:
        scenes: How many the denoiser sees, in chunks of 500.
        judged: How many prompts of each wording the model is judged by.
        start: Folder of weights to go on from; the denoiser and the text encoder learn, the other parts stay.
    """

    scenes: int = 80_000
    judged: int = 400
    seed: int = 0
    start: Path | None = None
    autoencoder: AutoencoderRecipe = field(default_factory=AutoencoderRecipe)
    denoiser: DenoiserRecipe = field(default_factory=DenoiserRecipe)
    enlarger: EnlargerRecipe = field(default_factory=EnlargerRecipe)
    judge: JudgeRecipe = field(default_factory=JudgeRecipe)


def train(recipe: Recipe, version: str, folder: Path, on_part: OnPart) -> tuple[Path, Card]:
    """Train every part, judge the whole, and write it.

    Args:
        folder: Where parts and checkpoints are kept; the weights come to its `weights`.
        on_part: Told what is done and how far that is, 0 to 1. What it raises stops the training; it goes on later.
    """
    start = None if recipe.start is None else EmbeddedImageModel.load(recipe.start)
    autoencoder = start.autoencoder if start else _autoencoder(recipe, folder, on_part)
    tokenizer = start.tokenizer if start else _tokenizer(folder)
    count = max(recipe.scenes // 500, 1)
    seeds = range(recipe.seed, recipe.seed + count)
    latents = load_latents(
        seeds, autoencoder, tokenizer, folder / "latents", lambda done: on_part("rendering scenes", done / count)
    )
    torch.manual_seed(recipe.seed)
    denoising = train_denoiser(
        Denoising(start.unet, start.text) if start else Denoising(new_denoiser(), new_text_encoder(tokenizer)),
        latents,
        tokens(tokenizer, [""])[0],
        recipe.denoiser,
        folder / "denoiser",
        lambda step, _: on_part("training the denoiser", step / recipe.denoiser.steps),
    )
    enlarger = start.enlarger if start else _enlarger(recipe, folder, autoencoder, on_part)
    model = EmbeddedImageModel(denoising.unet, denoising.text, tokenizer, autoencoder, enlarger)
    metrics = _metrics(model, _judge(recipe, folder, on_part), recipe.judged, on_part)
    card = Card(version, "MIT", _told(recipe), metrics)
    save(model, card, folder / "weights")
    return folder / "weights", card


def _told(recipe: Recipe) -> dict[str, Any]:
    """The recipe as the card has it: weights that it went on from are told by their own card."""
    start = None if recipe.start is None else read_card(recipe.start)
    return {**asdict(recipe), "start": start and {"version": start.version, "recipe": start.recipe}}


def _tokenizer(folder: Path) -> CLIPTokenizer:
    kept = folder / "tokenizer"
    if not (kept / "vocab.json").exists():
        wordings = (
            said for i in range(10) for several in worded(41_000_000 + i, (64, 64)).captions for said in several
        )
        train_tokenizer(wordings, kept)
    return load_tokenizer(kept)


def _autoencoder(recipe: Recipe, folder: Path, on_part: OnPart) -> PatchAutoencoder:
    kept = folder / "autoencoder"
    if not kept.exists():
        model = fit_autoencoder(recipe.autoencoder)
        steps = recipe.autoencoder.steps
        train_finish(model, recipe.autoencoder, lambda step, _: on_part("training the autoencoder", step / steps))
        model.save_pretrained(kept)
    loaded: PatchAutoencoder = PatchAutoencoder.from_pretrained(str(kept), local_files_only=True)
    loaded.eval()
    return loaded


def _enlarger(recipe: Recipe, folder: Path, autoencoder: PatchAutoencoder, on_part: OnPart) -> Enlarger:
    kept = folder / "enlarger"
    if not kept.exists():
        steps = recipe.enlarger.steps
        train_enlarger(
            recipe.enlarger, autoencoder, lambda step, _: on_part("training the enlarger", step / steps)
        ).save_pretrained(kept)
    loaded: Enlarger = Enlarger.from_pretrained(str(kept), local_files_only=True)
    loaded.eval()
    return loaded


def _judge(recipe: Recipe, folder: Path, on_part: OnPart) -> Judge:
    if recipe.judge.scenes == 0:
        return load_judge()
    kept = folder / "judge.safetensors"
    if not kept.exists():
        trained = train_judge(recipe.judge, lambda step, steps, _: on_part("training the judge", step / steps))
        save_judge(trained, kept)
    return load_judge(kept)


def _metrics(model: EmbeddedImageModel, judge: Judge, judged: int, on_part: OnPart) -> dict[str, Any]:
    """Shares that were followed, in the grammar's wording and in free wording, beside the judge's own on renders."""
    renders = check_judge(judge, 10 * judged)
    found: dict[str, Any] = {"judge_on_renders": renders.shares}
    for name, free in (("grammar", False), ("free_wording", True)):
        followed = follow(
            model, judge, held_out_prompts(judged, free), lambda done, of: on_part("judging pictures", done / of)
        )
        found[name] = followed.shares
        found[f"{name}_asked"] = followed.asked
        found[f"{name}_frechet"] = frechet_distance(followed.features, renders.features)
    half = len(renders.features) // 2
    found["renders_frechet"] = frechet_distance(renders.features[:half], renders.features[half:])
    return found
