"""A video of someone else's making as pictures of one size at one rate."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.clip import Frame


class UnreadableVideo(ValueError):
    """The file is no video that can be decoded, or is too short."""


def read_video(path: Path, width: int, height: int, fps: Fraction, frames: int) -> Iterator[Frame]:
    """The first pictures, one by one: sRGB from 0 to 1, the middle cut to the shape that is wanted.

    A file of another rate is shown at its own speed: the picture that is on the screen at each time is given.

    Args:
        width: Of the pictures that are given.
        height: Likewise.
        fps: At which they are wanted.
        frames: How many.

    Raises:
        UnreadableVideo: It cannot be decoded, or ends too early.
    """
    import av  # noqa: PLC0415 - loaded where video is read

    given = 0
    shown: NDArray[np.float32] | None = None
    try:
        with av.open(str(path)) as file:
            stream = next(iter(file.streams.video), None)
            if stream is None:
                raise UnreadableVideo("the provider's file holds no video")
            start: Fraction | None = None
            for decoded in file.decode(stream):
                at = Fraction(decoded.pts or 0) * (decoded.time_base or Fraction(1, 1))
                start = at if start is None else start
                # Until this picture is shown, the one before it is on the screen.
                while shown is not None and given < frames and Fraction(given) / fps < at - start:
                    yield shown
                    given += 1
                if given == frames:
                    return
                shown = _fitted(decoded, width, height)
    except av.error.FFmpegError as error:
        raise UnreadableVideo(f"the provider's file cannot be decoded: {error.strerror}") from error
    if shown is not None and given < frames:
        yield shown
        given += 1
    if given < frames:
        raise UnreadableVideo(f"the provider's video ends after {given} pictures; {frames} were wanted")


def _fitted(decoded: object, width: int, height: int) -> NDArray[np.float32]:
    """The largest part of the picture that has the shape, in that size."""
    source = decoded.to_image()  # type: ignore[attr-defined]  # PyAV's frames, whose types it does not tell
    from PIL import Image, ImageOps  # noqa: PLC0415 - Pillow where a picture is cut

    fitted = ImageOps.fit(source, (width, height), Image.Resampling.LANCZOS)
    return np.asarray(fitted, np.float32) / np.float32(255)
