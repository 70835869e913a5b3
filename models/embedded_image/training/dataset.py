"""Rendered scenes with their words, made once and kept beside the checkpoints."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.embedded_image.light import encode_light
from models.embedded_image.native import NATIVE
from models.embedded_image.scenes import Scene, describe, render, sample_scene

_SHARES = (0.7, 0.18, 0.12)
_CHUNK = 500


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some scenes of one size.

    Attributes:
        pixels: (scene, 3, height, width) float16, as `encode_light` has them.
        captions: Four a scene: the grammar's first, then three in free wording.
    """

    scenes: tuple[Scene, ...]
    pixels: NDArray[np.float16]
    captions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Worded:
    """Scenes of one size with their captions, not drawn yet."""

    size: tuple[int, int]
    scenes: tuple[Scene, ...]
    captions: tuple[tuple[str, ...], ...]


def worded(seed: int, size: tuple[int, int] | None = None, count: int = _CHUNK, held_out: bool = False) -> Worded:
    """The scenes of a seed, in words; the same seed gives the same scenes."""
    generator = np.random.default_rng(seed)
    width, height = size or NATIVE[int(generator.choice(len(NATIVE), p=_SHARES))]
    scenes = tuple(sample_scene(generator, width / height, held_out=held_out) for _ in range(count))
    captions = tuple(
        (describe(scene, generator), *(describe(scene, generator, free=True) for _ in range(3))) for scene in scenes
    )
    return Worded((width, height), scenes, captions)


def chunk(seed: int, size: tuple[int, int] | None = None, count: int = _CHUNK, held_out: bool = False) -> Chunk:
    """The scenes of a seed, drawn."""
    said = worded(seed, size, count, held_out)
    drawn = [encode_light(render(scene, *said.size)).transpose(2, 0, 1).astype(np.float16) for scene in said.scenes]
    return Chunk(said.scenes, np.stack(drawn), said.captions)
