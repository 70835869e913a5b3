"""Scenes as latents and tokens, ready to train on, kept in files so that a run that goes on does not render anew."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import CLIPTokenizer

from models.embedded_image.autoencoder import PatchAutoencoder
from models.embedded_image.text import tokens
from models.embedded_image.training.dataset import Chunk, chunk


@dataclass(frozen=True, eq=False)
class LatentChunk:
    """Scenes of one size.

    Attributes:
        latents: (scene, 48, height / 8, width / 8).
        tokens: (scene, wording, LONGEST).
    """

    latents: NDArray[np.float16]
    tokens: NDArray[np.int16]


def load_latents(
    seeds: range, autoencoder: PatchAutoencoder, tokenizer: CLIPTokenizer, folder: Path, on_chunk: Callable[[int], None]
) -> list[LatentChunk]:
    """The chunks of these seeds: from files where they are, else rendered and encoded."""
    folder.mkdir(parents=True, exist_ok=True)
    chunks = []
    for number, seed in enumerate(seeds):
        file = folder / f"{seed}.npz"
        if not file.exists():
            made = encode(chunk(seed), autoencoder, tokenizer)
            partial = file.with_suffix(".part.npz")
            np.savez(partial, latents=made.latents, tokens=made.tokens)
            partial.replace(file)
        with np.load(file) as stored:
            chunks.append(LatentChunk(stored["latents"], stored["tokens"]))
        on_chunk(number + 1)
    return chunks


def encode(made: Chunk, autoencoder: PatchAutoencoder, tokenizer: CLIPTokenizer) -> LatentChunk:
    """Encode rendered scenes."""
    with torch.inference_mode():
        latents = [
            autoencoder.encode(torch.from_numpy(part.astype(np.float32))).half().numpy()
            for part in np.array_split(made.pixels, max(len(made.pixels) // 50, 1))
        ]
    wordings = [tokens(tokenizer, list(wording)).numpy() for wording in made.captions]
    return LatentChunk(np.concatenate(latents), np.stack(wordings).astype(np.int16))
