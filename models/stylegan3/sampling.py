"""Pictures out of a generator: by seed, nearer to the mean, mixed, and from one to the next."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.stylegan3.generator import Generator


def style_of(generator: Generator, seed: int, truncation: float = 1.0) -> Tensor:
    """(w,) of a seed; the same seed gives the same style on every machine.

    Args:
        truncation: 1 for all the variety, towards 0 for the typical (arXiv 1812.04948, section 3.2).
    """
    points = np.random.default_rng(seed).standard_normal((1, generator.configuration.z)).astype(np.float32)
    with torch.inference_mode():
        return generator.mapping.truncated(generator.mapping(torch.from_numpy(points)), truncation)[0]


def mixed(generator: Generator, coarse: Tensor, fine: Tensor, place: int) -> Tensor:
    """(styled, w): `coarse` up to a place, `fine` from there on.

    Raises:
        ValueError: There is no such place.
    """
    if not 0 <= place <= generator.styled:
        raise ValueError(f"styles are mixed from place 0 to {generator.styled}")
    return torch.stack([coarse if number < place else fine for number in range(generator.styled)])


def between(styles: Sequence[Tensor], frames: int) -> Iterator[Tensor]:
    """Styles from each to the next and back to the first, `frames` for each way: smooth, without a jump at the end."""
    for number, style in enumerate(styles):
        following = styles[(number + 1) % len(styles)]
        for frame in range(frames):
            share = 0.5 - 0.5 * np.cos(np.pi * frame / frames)
            yield style.lerp(following, float(share))


def placed(right: float = 0.0, down: float = 0.0, turn: float = 0.0) -> Tensor:
    """(3, 3) to move a generator's picture by shares of its side and turn it by degrees: for its `waves.transform`."""
    angle = np.radians(turn)
    forward = np.array(
        [[np.cos(angle), np.sin(angle), right], [-np.sin(angle), np.cos(angle), down], [0, 0, 1]], np.float64
    )
    return torch.from_numpy(np.linalg.inv(forward).astype(np.float32))


def draw(generator: Generator, style: Tensor, transform: Tensor | None = None) -> NDArray[np.uint8]:
    """An sRGB picture (resolution, resolution, 3) of a style (w,) or (styled, w)."""
    with torch.inference_mode():
        kept = generator.waves.transform.clone()
        if transform is not None:
            generator.waves.transform.copy_(transform)
        try:
            picture = generator.synthesise(style[None])[0]
        finally:
            generator.waves.transform.copy_(kept)
    unit = (picture.permute(1, 2, 0) * 127.5 + 127.5).round().clamp(0, 255)
    return unit.numpy().astype(np.uint8)
