"""One picture of a finished video for a page: what a player shows before it plays."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.hdr.tone_map import roll_off
from models.hdr.transfer import srgb_of_linear
from models.video_file.playback import opened
from models.video_file.video_error import WrongVideo


def read_poster(video: Path, brightest: float, number: int = 0, threads: int = 1) -> NDArray[np.uint8]:
    """A picture as sRGB (height, width, 3), as large as the preview: for `models.image_file.write_picture`.

    Args:
        video: The file of `join_segments`; it is decoded from the closed group on that holds the picture.
        brightest: As for `write_preview`.
        number: Of the picture, 0 is the first.
        threads: Of the decoder.

    Raises:
        WrongVideo: The video cannot be decoded, is of another kind, or has no such picture.
    """
    if number < 0:
        raise WrongVideo(video.name, (f"it has no picture {number}",))
    with opened(video, threads) as playback:
        for _, light in playback.pictures(number):
            shown = srgb_of_linear(roll_off(light, playback.white(brightest)))
            return np.asarray(np.rint(shown * 255), np.uint8)
    raise WrongVideo(video.name, (f"it has no picture {number}",))
