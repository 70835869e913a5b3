"""A generator as image generation sees one: pictures by seed; words mean nothing to it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from torch import nn

from models.drawing import Drawing, DrawingRefused, Drawn, OnStep
from models.stylegan3.generator import Generator
from models.stylegan3.sampling import draw, style_of
from models.stylegan3.weights import load_generator

TRUNCATION = 0.7  # a little less variety, far fewer failures


@dataclass(frozen=True, eq=False)
class StyleGan3:
    """A generator in memory."""

    generator: Generator

    @classmethod
    def load(cls, file: Path) -> Self:
        """Load a file of weights. Raises `UnfitWeights`, `OSError`."""
        return cls(load_generator(file)[0])

    def draw(self, drawing: Drawing, on_step: OnStep) -> Drawn:
        """A picture a seed, at the generator's resolution, then as large as asked for: its middle, where shapes differ.

        Raises:
            DrawingRefused: It is given a picture to start from, or a LoRA.
        """
        if drawing.init is not None or drawing.adapters:
            raise DrawingRefused("stylegan3 draws by seed alone; leave init_image, mask_image and loras out")
        side = self.generator.configuration.resolution
        pictures = []
        for number, seed in enumerate(drawing.seeds, 1):
            pixels = draw(self.generator, style_of(self.generator, seed, TRUNCATION))
            on_step(number, len(drawing.seeds), lambda pixels=pixels: pixels)  # type: ignore[misc]  # bound at once
            pictures.append(_fitted(pixels.astype(np.float32) / 255, drawing.width, drawing.height))
        note = "stylegan3 knows no words: the seed alone decides what is drawn."
        return Drawn(np.stack(pictures), "srgb", (side, side), (note,))


def _fitted(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    scale = max(width, height) / len(picture)
    size = (max(round(len(picture) * scale), height), max(round(len(picture) * scale), width))
    planes = torch.from_numpy(picture).permute(2, 0, 1)[None]
    large = nn.functional.interpolate(planes, size=size, mode="bicubic", antialias=True)[0].clamp(0, 1)
    top, left = (size[0] - height) // 2, (size[1] - width) // 2
    return np.asarray(large[:, top : top + height, left : left + width].permute(1, 2, 0).numpy(), np.float32)
