"""Rendered scenes with their words, made once and kept beside the checkpoints."""

from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context

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


def chunk(seed: int, size: tuple[int, int] | None = None, count: int = _CHUNK, held_out: bool = False) -> Chunk:
    """Render the scenes of a seed; the same seed gives the same scenes."""
    generator = np.random.default_rng(seed)
    width, height = size or NATIVE[int(generator.choice(len(NATIVE), p=_SHARES))]
    scenes = tuple(sample_scene(generator, width / height, held_out=held_out) for _ in range(count))
    pixels = np.stack([encode_light(render(scene, width, height)).transpose(2, 0, 1) for scene in scenes])
    captions = tuple(
        (describe(scene, generator), *(describe(scene, generator, free=True) for _ in range(3))) for scene in scenes
    )
    return Chunk(scenes, pixels.astype(np.float16), captions)


def chunks(seeds: range, processes: int = 1) -> Iterator[Chunk]:
    """Render many chunks, in the seeds' order."""
    if processes == 1:
        yield from map(chunk, seeds)
        return
    with get_context("forkserver").Pool(processes) as pool:
        yield from pool.imap(chunk, seeds)
