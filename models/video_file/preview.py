"""A small copy for any browser: H.264, eight bits, its index in front."""

from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from models.video_file.colour import SDR_BT709, fill_planes
from models.video_file.frame_planes import planes_of
from models.video_file.playback import Playback, opened
from models.video_file.whole_file import whole_file

_SECONDS_TO_SEEK: Final = 2  # at most between two pictures where a browser may begin


def write_preview(video: Path, path: Path, brightest: float, threads: int = 1) -> tuple[int, int]:
    """Write a preview of at most 1280 x 720 (or upright) in BT.709 from the finished file, picture by picture.

    Args:
        video: The file of `join_segments`; every picture in it is decoded.
        path: An MP4 file; one that is there is replaced when the new one is whole.
        brightest: The light that becomes white, `VideoLight.brightest`; one for the whole video, else it flickers. A
            video with `hdr` none is white there already, and takes no notice.
        threads: Of the decoder and of the encoder.

    Returns:
        Its width and height.

    Raises:
        WrongVideo: The video cannot be decoded, or is of another kind.
    """
    with opened(video, threads) as playback, whole_file(path) as unfinished:
        _write(playback, unfinished, playback.white(brightest), threads)
        return playback.width, playback.height


def _write(playback: Playback, path: Path, brightest: float, threads: int) -> None:
    import av  # noqa: PLC0415 - loaded where video is written

    encoder = {"preset": "veryfast", "crf": "21", "profile": "high"}
    encoder["g"] = str(max(1, round(_SECONDS_TO_SEEK * playback.fps)))
    options = {"movflags": "+faststart", "video_track_timescale": str(playback.clock.denominator)}
    with av.open(str(path), "w", format="mp4", options=options) as file:
        stream: Any = file.add_stream("libx264", rate=playback.fps, options=encoder)
        stream.width, stream.height, stream.pix_fmt = playback.width, playback.height, "yuv420p"
        context = stream.codec_context
        context.time_base = Fraction(playback.clock)
        context.thread_count = threads
        context.color_primaries = context.color_trc = context.colorspace = 1  # BT.709
        context.color_range = 1
        for pts, light in playback.pictures():
            frame = av.VideoFrame(playback.width, playback.height, "yuv420p")
            fill_planes(light, SDR_BT709, planes_of(frame, 8), 8, brightest)
            frame.pts, frame.time_base = pts, playback.clock
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
