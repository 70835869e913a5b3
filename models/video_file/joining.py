"""Segments put one after the other into a finished file, without encoding again."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from models.video_file.light import VideoLight
from models.video_file.mastering import light_level_payload, mastering_for
from models.video_file.mp4_boxes import add_to_sample_entry
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
        SegmentMismatch: A segment is missing, unreadable, or encoded with other settings.
    """
    if len(provenance) > LONGEST_COMMENT or "\0" in provenance:
        raise SegmentMismatch(f"a comment has at most {LONGEST_COMMENT:,} characters, none of them NUL: shorten it")
    numbers = _surveyed(segments, form)
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


def _surveyed(segments: Sequence[Path], form: VideoFormat) -> list[int]:
    """The numbers of the pictures in the order of decoding; all segments have the same header."""
    header: bytes | None = None
    numbers: list[int] = []
    for place, segment in enumerate(segments):
        here, local = _look(segment, form)
        if header is not None and here != header:
            raise SegmentMismatch(f"{segment.name} was encoded with other settings: encode all with the same")
        header = here
        if sorted(local) != list(range(len(local))):
            raise SegmentMismatch(f"{segment.name} has holes in its times: encode this segment again")
        if place < len(segments) - 1 and len(local) != form.segment_frames:
            raise SegmentMismatch(
                f"{segment.name} has {len(local)} pictures of {form.segment_frames}: encode this segment again"
            )
        numbers += [place * form.segment_frames + number for number in local]
    if header is None:
        raise SegmentMismatch("there is no segment to join: encode at least one")
    return numbers


def _look(segment: Path, form: VideoFormat) -> tuple[bytes, list[int]]:
    import av  # noqa: PLC0415 - loaded where video is joined

    try:
        with av.open(str(segment)) as file:
            stream = file.streams.video[0]
            context = stream.codec_context
            size, clock = (context.width, context.height), stream.time_base
            numbers = [packet.pts // form.step for packet in file.demux(stream) if packet.pts is not None]
            header = context.extradata or b""
    except (av.error.FFmpegError, IndexError, OSError) as error:
        raise SegmentMismatch(f"{segment.name} is missing or no video: encode this segment again") from error
    if size != (form.width, form.height) or clock != Fraction(1, form.timescale):
        raise SegmentMismatch(f"{segment.name} has another size or rate than the video: encode this segment again")
    return header, numbers


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
