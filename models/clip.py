"""What every video model is asked for, and what it gives back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from models.drawing import Pixels

Frame = NDArray[np.float32]  # (height, width, 3) in BT.709 primaries, sRGB from 0 to 1


@dataclass(frozen=True, eq=False)
class Clip:
    """One ask for a clip.

    Attributes:
        prompt: What to draw; a model that knows no words says so in `Plan.notes`.
        width: Pixels of the frames that are given back, whatever the network itself draws.
        height: As `width`.
        frames: How many there are, exactly.
        seed: The same seed and ask give the same clip on the same machine.
        negative_prompt: What to keep out; empty for nothing.
        steps: Denoising steps; None for the model's own default.
        guidance: Classifier-free guidance scale; None for the model's own default.
        init: The first picture, any size: its middle is cut to the clip's shape. None to draw from words alone.
    """

    prompt: str
    width: int
    height: int
    frames: int
    seed: int
    negative_prompt: str = ""
    steps: int | None = None
    guidance: float | None = None
    init: Pixels | None = None


@dataclass(frozen=True)
class Plan:
    """What the network itself will draw for a clip.

    Attributes:
        width: Pixels, before the frames are cut or resampled to the clip's size.
        height: As `width`.
        frames: At least as many as the clip has; those beyond are dropped.
        fps: Frames a second at which the motion is natural.
        steps: Of denoising.
        guidance: Classifier-free guidance scale.
        notes: What of the ask the model does not follow, and what else should be known.
    """

    width: int
    height: int
    frames: int
    fps: float
    steps: int
    guidance: float
    notes: tuple[str, ...] = ()


# Told after each step: its number from 1, and how many there are. What it raises stops the drawing within that step.
OnStep = Callable[[int, int], None]


class VideoModel(Protocol):
    """A model in memory, ready to draw."""

    def plan(self, clip: Clip) -> Plan:
        """What will be drawn; asks nothing of the network.

        Raises:
            DrawingRefused: The model cannot do what is asked.
        """
        ...

    def draw(self, clip: Clip, on_step: OnStep) -> Iterator[Frame]:
        """Draw; the frames are those of the clip, in order, at its size.

        The steps are done when this returns. Frames leave one by one, so that none of the caller's need be kept.

        Raises:
            DrawingRefused: The model cannot do what is asked.
        """
        ...
