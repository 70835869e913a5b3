"""A drawn clip as a file from which any run reads the pictures it needs: FFV1, lossless, sixteen bits a channel.

The numbers are light as the networks see it (`models.embedded_image.light`): sRGB's curve up to diffuse white, a
logarithm to forty times of it, so that lamps survive and no dark tone is coarser than the eye can tell.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.embedded_image.light import BRIGHTEST, decode_light, encode_light

_DARKEST_CODE: Final = -1.0
_BRIGHTEST_CODE: Final = float(encode_light(np.full(1, BRIGHTEST, np.float32))[0])
_STEPS: Final = np.float32(65535 / (_BRIGHTEST_CODE - _DARKEST_CODE))


class BrokenClip(ValueError):
    """The file is no clip of ours, or has fewer pictures than were asked for."""


def write_clip(frames: Iterable[NDArray[np.float32]], path: Path, fps: Fraction) -> int:
    """Write pictures as they come; gives how many.

    Args:
        frames: Scene-linear (height, width, 3) in BT.709, all of one size; light above 40 is cut.
        path: A new Matroska file.
        fps: Pictures a second.

    Raises:
        BrokenClip: There is none, or they differ in size.
    """
    import av  # noqa: PLC0415 - loaded where video is written

    size: tuple[int, ...] | None = None
    count = 0
    # A second at most from a picture that can be jumped to, slices so that a damaged one is found.
    options = {"level": "3", "g": str(max(round(fps), 1)), "slicecrc": "1"}
    with av.open(str(path), "w", format="matroska") as file:
        stream = file.add_stream("ffv1", rate=fps, options=options)
        stream.pix_fmt = "gbrp16le"
        for light in frames:
            if size is None:
                size = light.shape
                stream.height, stream.width = size[:2]
            if light.shape != size:
                raise BrokenClip(f"picture {count} has the shape {light.shape}, those before {size}")
            numbers = np.rint((encode_light(light) - _DARKEST_CODE) * _STEPS).astype(np.uint16)
            frame = av.VideoFrame.from_ndarray(numbers, format="gbrp16le")
            frame.pts, frame.time_base = count, 1 / fps
            file.mux(stream.encode(frame))
            count += 1
        if not count:
            raise BrokenClip("a clip has at least one picture")
        file.mux(stream.encode(None))
    return count


def read_clip(path: Path, first: int = 0, end: int | None = None) -> Iterator[NDArray[np.float32]]:
    """The pictures `first` to `end` (not included; None for all), one by one, as they were written.

    Raises:
        BrokenClip: The file is no clip, is damaged or ends before.
    """
    import av  # noqa: PLC0415 - loaded where video is read

    number = 0
    try:
        with av.open(str(path), format="matroska") as file:
            stream = next(iter(file.streams.video), None)
            fps = stream and stream.average_rate
            if (
                stream is None
                or stream.codec_context.name != "ffv1"
                or stream.codec_context.pix_fmt != "gbrp16le"
                or not fps
            ):
                raise BrokenClip("the file holds no drawn clip")
            # To the picture before from which decoding can begin.
            file.seek(int(first / fps / (stream.time_base or 1)), stream=stream)
            for frame in file.decode(stream):
                number = round((frame.time or 0) * fps)
                if end is not None and number >= end:
                    return
                if number >= first:
                    code = frame.to_ndarray(format="gbrp16le").astype(np.float32) / _STEPS + np.float32(_DARKEST_CODE)
                    yield decode_light(code)
    except (av.error.FFmpegError, IndexError) as error:
        raise BrokenClip(
            f"the clip cannot be read: {getattr(error, 'strerror', None) or type(error).__name__}"
        ) from error
    if end is not None and number < end - 1:
        raise BrokenClip(f"the clip ends after picture {number}; {end} were wanted")
