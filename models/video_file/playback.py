"""A finished file's pictures as light again, small: for previews and posters, so that nothing is rendered twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.hdr.radiance import WHITE_NITS
from models.hdr.transfer import BT709_OF_BT2020, nits_of_pq
from models.video_file.colour import PQ_BT2020, SDR_BT709, Colour
from models.video_file.frame_planes import planes_of
from models.video_file.video_error import WrongVideo

_LONG_SIDE, _SHORT_SIDE = 1280, 720
_STEPS: Final = (1 << 14) - 1  # of tables from code values to light: a sixteenth of a ten-bit step
_BITS: Final = 10
_MATRIX: Final = BT709_OF_BT2020.astype(np.float32)
_COLOURS: Final = {colour.transfer: colour for colour in (PQ_BT2020, SDR_BT709)}


@dataclass(frozen=True)
class Playback:
    """A file that is being read; of its pictures one is in memory, and what the decoder holds.

    Attributes:
        name: The file's.
        width: That of the small pictures: at most 1280 x 720 or upright, and never more than the video's.
        height: Likewise.
        fps: Pictures a second.
        clock: Seconds a tick.
        colour: How light became numbers.
    """

    name: str
    width: int
    height: int
    fps: Fraction
    clock: Fraction
    colour: Colour
    _file: Any
    _stream: Any

    def white(self, brightest: float) -> float:
        """The light that becomes an ordinary screen's white; a video for such screens was brought down already."""
        return brightest if self.colour == PQ_BT2020 else 1.0

    def pictures(self, first: int = 0) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """From this picture on: when each is shown, in ticks, and its light.

        Scene-linear (height, width, 3) in BT.709, as it was encoded; of a video for ordinary screens what such a screen
        shows, 0 to 1. Made smaller as code values and only then light: at 8K most of the work is saved.

        Raises:
            WrongVideo: It cannot be decoded, or not all of it.
        """
        import av  # noqa: PLC0415 - loaded where video is read

        begin = round(first / self.fps / self.clock)
        missing = max(0, self._stream.frames - first)
        try:
            self._file.seek(begin, stream=self._stream)
            for frame in self._file.decode(self._stream):
                if frame.pts is not None and frame.pts >= begin:
                    small = frame.reformat(self.width, self.height, "yuv444p10le", interpolation="AREA")
                    yield frame.pts, _light_of(planes_of(small, _BITS), self.colour)
                    missing -= 1
        except av.error.FFmpegError as error:
            raise WrongVideo(self.name, (f"it cannot be decoded: {error}",)) from error
        if missing:
            raise WrongVideo(self.name, (f"{missing} pictures cannot be decoded",))


@contextmanager
def opened(path: Path, threads: int) -> Iterator[Playback]:
    """A file of `join_segments` for as long as the block lasts.

    Raises:
        WrongVideo: It cannot be opened, or is another kind of video.
    """
    import av  # noqa: PLC0415 - loaded where video is read

    try:
        file = av.open(str(path), format="mp4")
    except (av.error.FFmpegError, OSError) as error:
        raise WrongVideo(path.name, (f"it cannot be opened: {error}",)) from error
    with file:
        hevc = [each for each in file.streams.video if each.codec_context.name == "hevc"]
        if len(hevc) != 1:
            raise WrongVideo(path.name, ("there is no HEVC video in it",))
        (stream,), context = hevc, hevc[0].codec_context
        colour, fps, clock = _COLOURS.get(int(context.color_trc)), stream.average_rate, stream.time_base
        if colour is None or fps is None or clock is None:
            raise WrongVideo(path.name, ("it is neither PQ nor BT.709, or has no clock",))
        context.thread_count, context.thread_type = threads, "SLICE"  # threads of pictures would hold more of them
        width, height = small_size(context.width, context.height)
        yield Playback(path.name, width, height, fps, clock, colour, file, stream)


def small_size(width: int, height: int) -> tuple[int, int]:
    """Both sides in proportion and even, the longer at most 1280, the shorter at most 720."""
    long, short = max(width, height), min(width, height)
    share = min(Fraction(1), Fraction(_LONG_SIDE, long), Fraction(_SHORT_SIDE, short))
    small_width, small_height = (max(2, round(side * share / 2) * 2) for side in (width, height))
    return small_width, small_height


@cache
def _table(colour: Colour) -> NDArray[np.float32]:
    code = np.arange(_STEPS + 1) / _STEPS
    return np.asarray(nits_of_pq(code) / WHITE_NITS if colour == PQ_BT2020 else code**2.4, np.float32)


def _light_of(planes: tuple[NDArray[Any], NDArray[Any], NDArray[Any]], colour: Colour) -> NDArray[np.float32]:
    """The inverse of `fill_planes`, of planes that are all of one size."""
    scale = 1 << (_BITS - 8)
    luma = (planes[0].astype(np.float32) - 16 * scale) / np.float32(219 * scale)
    blue_off, red_off = ((plane.astype(np.float32) - 128 * scale) / np.float32(224 * scale) for plane in planes[1:])
    red = luma + np.float32(2 - 2 * colour.red) * red_off
    blue = luma + np.float32(2 - 2 * colour.blue) * blue_off
    green = (luma - np.float32(colour.red) * red - np.float32(colour.blue) * blue) / np.float32(
        1 - colour.red - colour.blue
    )
    shown = [
        np.take(_table(colour), np.rint(np.clip(code, 0, 1) * _STEPS).astype(np.int32)) for code in (red, green, blue)
    ]
    if colour == PQ_BT2020:  # written out, as in `bt2020_planes`
        shown = [shown[0] * column[0] + shown[1] * column[1] + shown[2] * column[2] for column in _MATRIX.T]
    return np.asarray(np.maximum(np.stack(shown, -1), 0), np.float32)
