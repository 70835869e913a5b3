"""A segment of a video: one closed group of pictures as HEVC in an MP4 file of its own."""

import itertools
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.video_file.colour import PQ_BT2020, SDR_BT709, Colour, fill_planes
from models.video_file.dynamic_metadata import metadata_of, packed
from models.video_file.frame_planes import planes_of
from models.video_file.light import VideoLight
from models.video_file.nal import T35, insert_before_picture, sei_unit
from models.video_file.segment import Segment, expected_frames, mark_of
from models.video_file.video_error import WrongFrames
from models.video_file.video_format import VideoFormat
from models.video_file.whole_file import whole_file
from models.video_file.x265_settings import x265_settings

_MOST_DELAY: Final = 4  # pictures that decoding runs ahead of showing: as many as there are B pictures in a row


def colour_of(form: VideoFormat) -> Colour:
    """How light becomes numbers in such a video."""
    return SDR_BT709 if form.hdr == "none" else PQ_BT2020


def encode_segment(
    frames: Iterable[NDArray[np.float32]],
    path: Path,
    form: VideoFormat,
    light: VideoLight,
    first_frame: int,
    threads: int = 1,
) -> Segment:
    """Encode pictures as they come; two are in memory, and what x265 holds. The file appears when it is whole.

    Args:
        frames: Scene-linear float32 (height, width, 3) in BT.709; 1 is diffuse white, 203 cd/m2.
        path: An MP4 file; one that is there is replaced.
        form: The whole video's, the same for every segment.
        light: Of the whole video, from `join_light`: headers precede pictures, so it is measured before.
        first_frame: The number of the first picture in the video; a multiple of `form.segment_frames`.
        threads: Of x265; the stream does not depend on it.

    Raises:
        WrongFrames: A picture has another size, or there is none, or there are too many or too few of them.
        SegmentMismatch: The segment begins elsewhere, or its light was not measured.
        NoLight: One of them is no picture of light.
    """
    expected = expected_frames(form, light, first_frame)
    with whole_file(path) as unfinished:
        count = _write(frames, unfinished, form, light, first_frame, expected, threads)
        if count != expected:
            raise WrongFrames(f"{count} pictures arrived for a segment of {expected}: send all of them")
        size = unfinished.stat().st_size
    return Segment(path, first_frame, count, size)


def _write(
    frames: Iterable[NDArray[np.float32]],
    path: Path,
    form: VideoFormat,
    light: VideoLight,
    first_frame: int,
    expected: int,
    threads: int,
) -> int:
    import av  # noqa: PLC0415 - loaded where video is written

    colour = colour_of(form)
    clock = Fraction(1, form.timescale)
    count = 0
    options = {"video_track_timescale": str(form.timescale), "movie_timescale": str(form.timescale)}
    with av.open(str(path), "w", format="mp4", options=options) as file:
        file.metadata["comment"] = mark_of(form, light, first_frame)
        stream = file.add_stream("libx265", rate=form.fps, options=x265_settings(form, colour, light, threads))
        context = stream.codec_context
        stream.width, stream.height = form.width, form.height
        stream.pix_fmt = "yuv420p" if form.bits == 8 else "yuv420p10le"
        context.time_base = stream.time_base = clock
        context.codec_tag = "hvc1"  # parameter sets in the header only: Apple's players insist
        context.color_primaries, context.color_trc, context.colorspace = (
            colour.primaries,
            colour.transfer,
            colour.matrix,
        )
        context.color_range = 1  # AVCOL_RANGE_MPEG, limited

        numbers = itertools.count()

        def mux(packets: Iterable[Any]) -> None:
            for packet in packets:
                whole = _with_metadata(packet, form, light, first_frame)
                # x265's own times of decoding are wrong where a segment is shorter than its delay.
                whole.dts = (next(numbers) - _MOST_DELAY) * form.step
                whole.stream = stream
                file.mux(whole)

        for picture in frames:
            if picture.shape != (form.height, form.width, 3):
                raise WrongFrames(
                    f"picture {first_frame + count} has the shape {picture.shape}; this video's have "
                    f"({form.height}, {form.width}, 3)"
                )
            if count == expected:
                raise WrongFrames(f"more than {expected} pictures arrived for this segment: send no more")
            frame = av.VideoFrame(form.width, form.height, stream.pix_fmt)
            fill_planes(picture, colour, planes_of(frame, form.bits), form.bits, light.brightest)
            frame.pts, frame.time_base, frame.duration = count * form.step, clock, form.step
            count += 1
            mux(stream.encode(frame))
        mux(stream.encode(None))
    return count


def _with_metadata(packet: Any, form: VideoFormat, light: VideoLight, first_frame: int) -> Any:
    """The packet with its picture's light before its slices. By pts: packets come in the order of decoding."""
    from av import Packet  # noqa: PLC0415 - loaded where video is written

    data = bytes(packet)
    if form.hdr == "hdr10+":
        scene = light.scene_of(first_frame + packet.pts // form.step)
        data = insert_before_picture(data, sei_unit(T35, packed(metadata_of(scene))))
    whole = Packet(data)
    whole.pts, whole.duration, whole.time_base = packet.pts, form.step, packet.time_base
    whole.is_keyframe = packet.is_keyframe
    return whole
