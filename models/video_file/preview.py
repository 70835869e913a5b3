"""A small copy for any browser: H.264, eight bits, its index in front."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.video_file.colour import SDR_BT709, fill_planes
from models.video_file.frame_planes import planes_of
from models.video_file.video_error import WrongFrames
from models.video_file.video_format import VideoFormat
from models.video_file.whole_file import whole_file

_LONG_SIDE, _SHORT_SIDE = 1280, 720
_SECONDS_TO_SEEK: Final = 2  # at most between two pictures where a browser may begin


def write_preview(
    frames: Iterable[NDArray[np.float32]], path: Path, form: VideoFormat, brightest: float, threads: int = 1
) -> tuple[int, int]:
    """Write a preview of at most 1280 x 720 (or upright); larger pictures are averaged, in linear light.

    Args:
        frames: The video's, as for `encode_segment`.
        path: An MP4 file; one that is there is replaced when the new one is whole.
        form: The video's: its size and rate count, the preview's range is always BT.709.
        brightest: The light that becomes white, `VideoLight.brightest`.
        threads: Of the encoder.

    Returns:
        Its width and height.

    Raises:
        WrongFrames: A picture has another size, or there is none.
        NoLight: One of them is no picture of light.
    """
    import av  # noqa: PLC0415 - loaded where video is written

    long, short = max(form.width, form.height), min(form.width, form.height)
    factor = max(-(-long // _LONG_SIDE), -(-short // _SHORT_SIDE))
    width, height = (side // factor // 2 * 2 for side in (form.width, form.height))
    seek = max(1, round(_SECONDS_TO_SEEK * form.fps))
    encoder = {"preset": "veryfast", "crf": "21", "profile": "high", "g": str(seek)}
    options = {"movflags": "+faststart", "video_track_timescale": str(form.timescale)}
    count = 0
    with whole_file(path) as unfinished, av.open(str(unfinished), "w", format="mp4", options=options) as file:
        stream = file.add_stream("libx264", rate=form.fps, options=encoder)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        context = stream.codec_context
        context.time_base = Fraction(1, form.timescale)
        context.thread_count = threads
        context.color_primaries = context.color_trc = context.colorspace = 1  # BT.709
        context.color_range = 1
        for light in frames:
            if light.shape != (form.height, form.width, 3):
                raise WrongFrames(f"picture {count} has the shape {light.shape}: send the video's own pictures")
            frame = av.VideoFrame(width, height, "yuv420p")
            fill_planes(_smaller(light, factor, width, height), SDR_BT709, planes_of(frame, 8), 8, brightest)
            frame.pts, frame.time_base = count * form.step, context.time_base
            count += 1
            file.mux(stream.encode(frame))
        if not count:
            raise WrongFrames("there is no picture for a preview: send at least one")
        file.mux(stream.encode(None))
    return width, height


def _smaller(light: NDArray[Any], factor: int, width: int, height: int) -> NDArray[np.float32]:
    if factor == 1:
        return light[:height, :width]
    cut = light[: height * factor, : width * factor]
    return np.asarray(cut.reshape(height, factor, width, factor, 3).mean((1, 3), dtype=np.float32))
