"""Scene-linear light of pictures that a model made for an ordinary screen."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from models.grading.tones import SceneTones, tones_of
from models.hdr import expand
from models.hdr.transfer import linear_of_srgb


def to_light(
    frames: Iterable[NDArray[np.uint8]], first_frame: int = 0, scenes: Sequence[SceneTones] | None = None
) -> Iterator[NDArray[np.float32]]:
    """Light of sRGB pictures (height, width, 3), one by one.

    Args:
        frames: The pictures of a video or of a segment.
        first_frame: The number of the first, counted from the video's first.
        scenes: What `measure_tones` said of the whole video: bright tones are raised beyond diffuse white
            (`models.hdr.expand`), by one curve a scene. None: the light is the picture's own, up to diffuse white.

    Raises:
        UnmeasuredScene: A picture is in none of the scenes.
    """
    for number, frame in enumerate(frames, first_frame):
        if scenes is None:
            yield linear_of_srgb(frame.astype(np.float32) / 255).astype(np.float32)
        else:
            yield expand(frame, tones_of(scenes, number))
