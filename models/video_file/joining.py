"""Segments put one after the other into a finished file, without encoding again."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from models.video_file.light import VideoLight
from models.video_file.mastering import light_level_payload, mastering_for
from models.video_file.mp4_boxes import add_to_sample_entry
from models.video_file.segment import look_into
from models.video_file.video_error import SegmentMismatch
from models.video_file.video_format import VideoFormat
from models.video_file.whole_file import whole_file

LONGEST_COMMENT = 200_000  # characters: what reading back takes


def join_segments(
    segments: Sequence[Path], path: Path, form: VideoFormat, light: VideoLight, provenance: str = ""
) -> None:
    """Write the finished MP4: `hvc1`, its index before its pictures, static metadata in its header.

    Every picture's time is computed anew from its number: adding up the durations of files rounds, and players stutter.

    Args:
        segments: Files of `encode_segment`, in the order of the video.
        path: The file; one that is there is replaced when the new one is whole.
        form: The video's.
        light: The video's.
        provenance: How it was made; becomes the file's `comment`.

    Raises:
        SegmentMismatch: A segment is missing, unreadable, in the wrong place or of another video, or the comment is too
            long.
    """
    if len(provenance) > LONGEST_COMMENT or "\0" in provenance:
        raise SegmentMismatch(f"a comment has at most {LONGEST_COMMENT:,} characters, none of them NUL: shorten it")
    numbers = _surveyed(segments, form, light)
    if len(numbers) != light.frames:
        raise SegmentMismatch(f"the segments have {len(numbers)} pictures of {light.frames}: encode what is missing")
    # The order of decoding runs ahead of that of showing by as much as is needed, everywhere.
    delay = max(place - number for place, number in enumerate(numbers))
    # The index is written into room kept for it at the front: a picture takes at most 40 bytes of it.
    room = 8192 + 4 * len(provenance.encode()) + 40 * len(numbers)
    with whole_file(path) as unfinished:
        _write(segments, unfinished, form, provenance, delay, room)
        if form.hdr != "none":
            mastering = mastering_for(light.max_cll).payload()
            levels = light_level_payload(light.max_cll, light.max_fall)
            add_to_sample_entry(unfinished, ((b"mdcv", mastering), (b"clli", levels)))


def _surveyed(segments: Sequence[Path], form: VideoFormat, light: VideoLight) -> list[int]:
    """The numbers of the pictures in the order of decoding."""
    headers: set[bytes] = set()
    numbers: list[int] = []
    for place, segment in enumerate(segments):
        first = place * form.segment_frames
        header, local = look_into(segment, form, light, first)
        headers.add(header)
        if len(headers) > 1:  # the file has one header for all of them
            raise SegmentMismatch(f"{segment.name} was made by another encoder than those before: encode all again")
        numbers += [first + number for number in local]
    return numbers


def _write(segments: Sequence[Path], path: Path, form: VideoFormat, provenance: str, delay: int, room: int) -> None:
    import av  # noqa: PLC0415 - loaded where video is joined

    clock = str(form.timescale)
    options = {"video_track_timescale": clock, "movie_timescale": clock, "moov_size": str(room)}
    with av.open(str(path), "w", format="mp4", options=options) as out:
        if provenance:
            out.metadata["comment"] = provenance
        stream: Any = None
        for number, packet in enumerate(_packets(segments)):
            segment, data = packet
            if stream is None:
                stream = out.add_stream_from_template(data.stream)
                stream.time_base = Fraction(1, form.timescale)
                stream.codec_context.codec_tag = "hvc1"  # a copy of the stream forgets it
            shown = segment * form.segment_frames + data.pts // form.step
            data.pts, data.dts, data.duration = shown * form.step, (number - delay) * form.step, form.step
            data.time_base, data.stream = Fraction(1, form.timescale), stream
            out.mux(data)


def _packets(segments: Sequence[Path]) -> Iterator[tuple[int, Any]]:
    import av  # noqa: PLC0415 - loaded where video is joined

    for place, segment in enumerate(segments):
        with av.open(str(segment)) as file:
            for packet in file.demux(file.streams.video[0]):
                if packet.pts is not None:
                    yield place, packet
