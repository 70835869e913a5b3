"""A segment of a video: one closed group of pictures as HEVC in an MP4 file of its own, and its light."""

import itertools
from collections.abc import Collection, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.video_file.colour import PQ_BT2020, SDR_BT709, Colour, fill_planes
from models.video_file.frame_planes import planes_of
from models.video_file.light import VideoLight
from models.video_file.measuring import LightMeter
from models.video_file.segment import Segment
from models.video_file.segment_record import Place, SegmentRecord, place_of, write_record
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
    first_frame: int,
    total: int,
    *,
    brightest: float | None = None,
    cuts: Collection[int] = (),
    threads: int = 1,
) -> Segment:
    """Measure and encode pictures as they come; two are in memory, and what x265 holds.

    The file appears when it is whole, and the light of its pictures is inside. Nothing in the stream depends on other
    segments; `join_segments` adds what does.

    Args:
        frames: Scene-linear float32 (height, width, 3) in BT.709; 1 is diffuse white, 203 cd/m2.
        path: An MP4 file; one that is there is replaced.
        form: The whole video's, the same for every segment.
        first_frame: The number of the first picture in the video; a multiple of `form.segment_frames`.
        total: How many pictures the whole video has; the segment has `form.segment_frames` of them, or what is left.
        brightest: The light that becomes white on an ordinary screen, the same for every segment: that of
            `measure_video` of pictures before they were enlarged. For `none`; HDR needs none and takes no notice.
        cuts: The numbers of pictures that begin a new scene, counted from the video's first.
        threads: Of x265; the stream does not depend on it.

    Raises:
        WrongFrames: A picture has another size, or there is none, or there are too many or too few of them.
        SegmentMismatch: The segment begins elsewhere.
        Unencodable: `brightest` is missing or no light.
        NoLight: One of them is no picture of light.
    """
    place = place_of(form, first_frame, total, brightest, cuts)
    with whole_file(path) as unfinished:
        light = _write(frames, unfinished, form, place, threads)
        write_record(unfinished, SegmentRecord(place, light))
        size = unfinished.stat().st_size
    return Segment(path, first_frame, place.frames, size, light)


def _write(
    frames: Iterable[NDArray[np.float32]], path: Path, form: VideoFormat, place: Place, threads: int
) -> VideoLight:
    import av  # noqa: PLC0415 - loaded where video is written

    colour = colour_of(form)
    clock = Fraction(1, form.timescale)
    meter = LightMeter(place.first_frame, place.cuts)
    count = 0
    options = {"video_track_timescale": str(form.timescale), "movie_timescale": str(form.timescale)}
    with av.open(str(path), "w", format="mp4", options=options) as file:
        stream = file.add_stream("libx265", rate=form.fps, options=x265_settings(form, colour, threads))
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
                # x265's own times of decoding are wrong where a segment is shorter than its delay.
                packet.dts = (next(numbers) - _MOST_DELAY) * form.step
                packet.duration = form.step
                file.mux(packet)

        for picture in frames:
            if picture.shape != (form.height, form.width, 3):
                raise WrongFrames(
                    f"picture {place.first_frame + count} has the shape {picture.shape}; this video's have "
                    f"({form.height}, {form.width}, 3)"
                )
            if count == place.frames:
                raise WrongFrames(f"more than {place.frames} pictures arrived for this segment: send no more")
            meter.add(picture)
            frame = av.VideoFrame(form.width, form.height, stream.pix_fmt)
            fill_planes(picture, colour, planes_of(frame, form.bits), form.bits, place.brightest or 0.0)
            frame.pts, frame.time_base, frame.duration = count * form.step, clock, form.step
            count += 1
            mux(stream.encode(frame))
        if count != place.frames:
            raise WrongFrames(f"{count} pictures arrived for a segment of {place.frames}: send all of them")
        mux(stream.encode(None))
    return meter.read()
