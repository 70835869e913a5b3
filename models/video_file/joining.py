"""Segments put one after the other into a finished file, with what can be said of the video only now.

Nothing is encoded again: metadata are units of their own between those that carry pictures.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from models.video_file.dynamic_metadata import metadata_of, packed
from models.video_file.light import VideoLight
from models.video_file.mastering import light_level_payload, mastering_for
from models.video_file.measuring import join_light
from models.video_file.mp4_boxes import add_to_sample_entry
from models.video_file.nal import LIGHT_LEVEL, MASTERING, T35, insert_before_picture, sei_unit
from models.video_file.segment import look_into
from models.video_file.segment_record import load_record, place_of
from models.video_file.video_error import SegmentMismatch
from models.video_file.video_format import VideoFormat
from models.video_file.whole_file import whole_file

LONGEST_COMMENT: Final = 200_000  # characters: what reading back takes
_ROOM, _ROOM_A_PICTURE = 8192, 40  # bytes of the index


def join_segments(
    segments: Sequence[Path], path: Path, form: VideoFormat, provenance: str = "", cuts: Collection[int] = ()
) -> VideoLight:
    """Write the finished MP4: `hvc1`, its index before its pictures, metadata in its header and before its pictures.

    Every closed group begins with the mastering display and MaxCLL and MaxFALL (for HDR), and every picture with its
    scene's HDR10+ metadata (for `hdr10+`). Every picture's time is computed anew from its number: adding up the
    durations of files rounds, and players stutter.

    Args:
        segments: Files of `encode_segment`, all of them in the order of the video.
        path: The file; one that is there is replaced when the new one is whole.
        form: The video's.
        provenance: How it was made; becomes the file's `comment`.
        cuts: The same as for `encode_segment`.

    Returns:
        The video's light: for `check_video`, `hdr10plus_json` and `write_preview`.

    Raises:
        SegmentMismatch: A segment is missing, unreadable, in the wrong place or of another video, or the comment is too
            long.
    """
    if len(provenance) > LONGEST_COMMENT or "\0" in provenance:
        raise SegmentMismatch(f"a comment has at most {LONGEST_COMMENT:,} characters, none of them NUL: shorten it")
    numbers, light = _surveyed(segments, form, cuts)
    # The order of decoding runs ahead of that of showing by as much as is needed, everywhere.
    delay = max(place - number for place, number in enumerate(numbers))
    # The index is written into room kept for it at the front.
    room = _ROOM + 4 * len(provenance.encode()) + _ROOM_A_PICTURE * len(numbers)
    said = _Said(form, light)
    with whole_file(path) as unfinished:
        _write(segments, unfinished, form, said, provenance, delay, room)
        if form.hdr != "none":
            add_to_sample_entry(unfinished, ((b"mdcv", said.mastering), (b"clli", said.light_level)))
    return light


@dataclass(frozen=True)
class _Said:
    """What is said of a video's light."""

    form: VideoFormat
    light: VideoLight

    @property
    def mastering(self) -> bytes:
        return mastering_for(self.light.max_cll).payload()

    @property
    def light_level(self) -> bytes:
        return light_level_payload(self.light.max_cll, self.light.max_fall)

    def before(self, frame: int, begins_group: bool) -> list[bytes]:
        """The units that go before a picture."""
        units = []
        if self.form.hdr != "none" and begins_group:
            units += [sei_unit(MASTERING, self.mastering), sei_unit(LIGHT_LEVEL, self.light_level)]
        if self.form.hdr == "hdr10+":
            units.append(sei_unit(T35, packed(metadata_of(self.light.scene_of(frame)))))
        return units


def _surveyed(segments: Sequence[Path], form: VideoFormat, cuts: Collection[int]) -> tuple[list[int], VideoLight]:
    """The numbers of the pictures in the order of decoding, and their light."""
    if not segments:
        raise SegmentMismatch("there is no segment to join: encode all of them")
    # The first one says how long the video is, and how bright on an ordinary screen; all others must say the same.
    whole = load_record(segments[0], form).place
    headers: set[bytes] = set()
    numbers: list[int] = []
    lights: list[VideoLight] = []
    for count, segment in enumerate(segments):
        first = count * form.segment_frames
        stream, light = look_into(segment, form, place_of(form, first, whole.total, whole.brightest, cuts))
        headers.add(stream.header)
        if len(headers) > 1:  # the file has one header for all of them
            raise SegmentMismatch(f"{segment.name} was made by another encoder than those before: encode all again")
        numbers += [first + number for number in stream.numbers]
        lights.append(light)
    if len(numbers) != whole.total:
        raise SegmentMismatch(f"the segments have {len(numbers)} pictures of {whole.total}: encode what is missing")
    return numbers, join_light(lights, cuts)


def _write(
    segments: Sequence[Path], path: Path, form: VideoFormat, said: _Said, provenance: str, delay: int, room: int
) -> None:
    import av  # noqa: PLC0415 - loaded where video is joined

    clock = Fraction(1, form.timescale)
    scale = str(form.timescale)
    options = {"video_track_timescale": scale, "movie_timescale": scale, "moov_size": str(room)}
    with av.open(str(path), "w", format="mp4", options=options) as out:
        if provenance:
            out.metadata["comment"] = provenance
        stream: Any = None
        for number, (first, packet) in enumerate(_packets(segments, form)):
            if stream is None:
                stream = out.add_stream_from_template(packet.stream)
                stream.time_base = clock
                stream.codec_context.codec_tag = "hvc1"  # a copy of the stream forgets it
            shown = first + packet.pts // form.step
            whole = av.Packet(_with(packet, said.before(shown, packet.is_keyframe)))
            whole.pts, whole.dts, whole.duration = shown * form.step, (number - delay) * form.step, form.step
            whole.time_base, whole.stream, whole.is_keyframe = clock, stream, packet.is_keyframe
            out.mux(whole)


def _with(packet: Any, units: Sequence[bytes]) -> bytes:
    try:
        return insert_before_picture(bytes(packet), units)
    except ValueError as error:
        raise SegmentMismatch("a segment is damaged: delete all of them and encode again") from error


def _packets(segments: Sequence[Path], form: VideoFormat) -> Iterator[tuple[int, Any]]:
    """The samples, each with the number of its segment's first picture, in the order of decoding."""
    import av  # noqa: PLC0415 - loaded where video is joined

    for count, segment in enumerate(segments):
        with av.open(str(segment), format="mp4") as file:
            for packet in file.demux(file.streams.video[0]):
                if packet.pts is not None:
                    yield count * form.segment_frames, packet
