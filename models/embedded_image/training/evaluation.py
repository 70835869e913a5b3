"""How well prompts are followed, by the judge, and how near drawn pictures are to rendered ones."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from models.drawing import Drawing
from models.embedded_image.judge import Judge, truth
from models.embedded_image.light import encode_light
from models.embedded_image.model import EmbeddedImageModel
from models.embedded_image.scenes import Scene, describe, sample_scene
from models.embedded_image.training.dataset import chunk

# What a prompt asks for, and the judge's slots that answer it.
ASPECTS: Final = {
    "shape": ("shape", "second_shape"),
    "colour": ("colour", "second_colour"),
    "count": ("count",),
    "size": ("size",),
    "position": ("relation",),
    "setting": ("backdrop", "ground", "time"),
    "material": ("material",),
}
_NATIVE: Final = 64


@dataclass(frozen=True)
class Prompt:
    """Words, and what is to be seen, by the judge's slots."""

    words: str
    wanted: dict[str, str]


@dataclass(frozen=True)
class Followed:
    """Shares of what was asked that was seen, 0 to 1, by aspect; how many were asked; and the judge's features."""

    shares: dict[str, float]
    asked: dict[str, int]
    features: NDArray[np.float32]


def held_out_prompts(count: int, free: bool, seed: int = 77) -> list[Prompt]:
    """Prompts of word combinations that were never trained on, in the grammar's wording or in free wording."""
    generator = np.random.default_rng((seed, int(free)))
    scenes = [sample_scene(generator, held_out=True) for _ in range(count)]
    return [Prompt(describe(scene, generator, free), truth(scene)) for scene in scenes]


def follow(
    model: EmbeddedImageModel, judge: Judge, prompts: Sequence[Prompt], on_picture: Callable[[int, int], None]
) -> Followed:
    """Draw every prompt at the native size and let the judge say what is on the picture.

    Args:
        on_picture: Told how many are drawn, and how many there are.
    """
    pictures = []
    for number, prompt in enumerate(prompts):
        drawn = model.draw(Drawing(prompt.words, _NATIVE, _NATIVE, (number,)), lambda *_: None)
        pictures.append(encode_light(drawn.pixels[0]).transpose(2, 0, 1))
        on_picture(number + 1, len(prompts))
    return _judged(judge, torch.from_numpy(np.stack(pictures)), [prompt.wanted for prompt in prompts])


def check_judge(judge: Judge, scenes: int = 4000) -> Followed:
    """The same of rendered scenes, where all of it is to be seen: how right the judge itself is."""
    sizes = [min(500, scenes - done) for done in range(0, scenes, 500)]
    parts = [chunk(30_000_000 + i, (64, 64), size, held_out=i % 2 == 1) for i, size in enumerate(sizes)]
    pixels = np.concatenate([part.pixels for part in parts]).astype(np.float32)
    rendered: list[Scene] = [scene for part in parts for scene in part.scenes]
    return _judged(judge, torch.from_numpy(pixels), [truth(scene) for scene in rendered])


def _judged(judge: Judge, pictures: torch.Tensor, wanted: list[dict[str, str]]) -> Followed:
    said, features = [], []
    with torch.inference_mode():
        for part in torch.split(pictures, 250):
            said += judge.say(part)
            features.append(judge.features(part).numpy())
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for want, answer in zip(wanted, said, strict=True):
        for aspect, slots in ASPECTS.items():
            there = [slot for slot in slots if slot in want]
            asked[aspect] += len(there)
            right[aspect] += sum(_is_right(slot, want, answer) for slot in there)
    shares = {aspect: right[aspect] / asked[aspect] for aspect in ASPECTS if asked[aspect]}
    return Followed(shares, dict(asked), np.concatenate(features))


def _is_right(slot: str, want: dict[str, str], answer: dict[str, str]) -> bool:
    """Whether the answer is what was wanted; a relation is right when the right one of the two comes first, too."""
    if answer[slot] != want[slot]:
        return False
    if slot != "relation":
        return True
    first, second = (want["shape"], want["colour"]), (want["second_shape"], want["second_colour"])
    seen = (answer["shape"], answer["colour"])
    return _alike(seen, first) >= _alike(seen, second)


def _alike(one: tuple[str, str], other: tuple[str, str]) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))


def frechet_distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Distance between two sets of features as normal distributions (Heusel et al. 2017, arXiv 1706.08500).

    On the judge's features in place of Inception's: comparable among themselves, not with published figures.
    """
    means = one.mean(0) - other.mean(0)
    a, b = (np.cov(each.astype(np.float64), rowvar=False) for each in (one, other))
    # The trace of the root of a @ b, by the eigenvalues of a product that is symmetric.
    values, vectors = np.linalg.eigh(a)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    mixed = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ b @ root), 0)).sum()
    return float(means @ means + np.trace(a) + np.trace(b) - 2 * mixed)
