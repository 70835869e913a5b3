"""What every image model is asked for, and what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # (height, width, 3), sRGB


class DrawingRefused(ValueError):
    """The model cannot draw this; the message says what to change."""


@dataclass(frozen=True)
class Adapter:
    """A LoRA laid over a model's weights.

    Attributes:
        folder: A safetensors file, or a folder with one.
        weight: How strongly it counts, -2 to 2; 0 leaves it out.
    """

    folder: Path
    weight: float = 1.0


@dataclass(frozen=True, eq=False)
class Drawing:
    """One ask for pictures.

    Attributes:
        width: Pixels, a multiple of 8. Models that draw smaller say so in `Drawn.native`.
        seeds: One a picture; a picture depends on its own seed alone, not on its neighbours.
        steps: Denoising steps; None for the model's own default.
        guidance: Classifier-free guidance scale; None for the model's own default.
        init: The picture to start from, any size, or None.
        mask: (height, width) of `init`, 255 where it is to be drawn anew, or None.
        strength: How far a picture may leave `init`, above 0 to 1.
    """

    prompt: str
    width: int
    height: int
    seeds: tuple[int, ...]
    negative_prompt: str = ""
    steps: int | None = None
    guidance: float | None = None
    init: Pixels | None = None
    mask: NDArray[np.uint8] | None = None
    strength: float = 0.6
    adapters: tuple[Adapter, ...] = ()


@dataclass(frozen=True, eq=False)
class Drawn:
    """The pictures of one ask.

    Attributes:
        pixels: (picture, height, width, 3) in BT.709 primaries.
        transfer: Of `pixels`: sRGB from 0 to 1, or scene-linear light where 1 is diffuse white.
        native: Width and height the network itself made, before any enlargement.
        notes: What happened on the way and should be known: a memory rung, a decode again in fp32, a prompt cut short.
    """

    pixels: NDArray[np.float32]
    transfer: Literal["srgb", "linear"]
    native: tuple[int, int]
    notes: tuple[str, ...] = ()


# Told after each step: its number from 1, how many there are, and how to get a small preview. What it raises stops
# the drawing within that step.
OnStep = Callable[[int, int, Callable[[], Pixels]], None]


class ImageModel(Protocol):
    """A model in memory, ready to draw."""

    def draw(self, drawing: Drawing, on_step: OnStep) -> Drawn:
        """Draw.

        Raises:
            DrawingRefused: The model cannot do what is asked.
        """
        ...
