"""Pictures for an ordinary screen, of scene-linear light."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from models.hdr import tone_map
from models.video_file.light import VideoLight


def to_screen(
    frames: Iterable[NDArray[np.float32]], light: VideoLight, first_frame: int = 0
) -> Iterator[NDArray[np.uint8]]:
    """sRGB pictures, one by one; the brightest light of a scene is white in all of its pictures.

    `encode_segment` with hdr `none` needs none of this: it rolls light off itself, by the video's brightest.

    Args:
        frames: Scene-linear (height, width, 3).
        light: Of the whole video, measured by `models.video_file.measure_video`.
        first_frame: The number of the first.

    Raises:
        SegmentMismatch: The light of a picture was not measured.
    """
    for number, frame in enumerate(frames, first_frame):
        yield tone_map(frame, light.scene_of(number).brightest)
