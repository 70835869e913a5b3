"""A segment as a file: which pictures are in it, their light, and whether it need not be made again."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from models.video_file.light import VideoLight
from models.video_file.nal import LENGTH_BYTES
from models.video_file.segment_record import Place, load_record, place_of
from models.video_file.video_error import SegmentMismatch
from models.video_file.video_format import VideoFormat

_LENGTH_FIELD, _LENGTH_BITS = 21, 3  # of an hvcC box: ISO/IEC 14496-15, 8.3.3.1


@dataclass(frozen=True)
class Segment:
    """What was written.

    Attributes:
        path: The file.
        first_frame: The number of its first picture in the video.
        frames: How many.
        size: Bytes.
        light: That of its pictures; it is in the file, too.
    """

    path: Path
    first_frame: int
    frames: int
    size: int
    light: VideoLight


@dataclass(frozen=True)
class Stream:
    """What is coded in a segment's file.

    Attributes:
        header: The decoder configuration.
        numbers: Of the pictures in the order of decoding, the segment's first is 0.
    """

    header: bytes
    numbers: tuple[int, ...]


def look_into(path: Path, form: VideoFormat, place: Place) -> tuple[Stream, VideoLight]:
    """A segment's stream and light, if it is the one of this place.

    Raises:
        SegmentMismatch: It is missing, no video, not whole, or made for another place or video.
    """
    import av  # noqa: PLC0415 - loaded where video is read

    again = f"encode the segment from picture {place.first_frame} on again"
    record = load_record(path, form)
    if record.place != place:
        raise SegmentMismatch(f"{path.name} is of another place or video, or has other settings: {again}")
    try:
        with av.open(str(path), format="mp4") as file:
            stream = file.streams.video[0]
            clock = stream.time_base
            numbers = [packet.pts // form.step for packet in file.demux(stream) if packet.pts is not None]
            header = stream.codec_context.extradata or b""
    except (av.error.FFmpegError, IndexError, OSError) as error:
        raise SegmentMismatch(f"{path.name} is no video: {again}") from error
    if sorted(numbers) != list(range(place.frames)):
        raise SegmentMismatch(f"{path.name} has {len(numbers)} pictures of {place.frames}, or holes between: {again}")
    if (
        clock != Fraction(1, form.timescale)
        or len(header) <= _LENGTH_FIELD
        or header[_LENGTH_FIELD] & _LENGTH_BITS != LENGTH_BYTES - 1
    ):
        raise SegmentMismatch(f"{path.name} was written by something else: {again}")
    return Stream(header, tuple(numbers)), record.light


def finished_segment(
    path: Path,
    form: VideoFormat,
    first_frame: int,
    total: int,
    *,
    brightest: float | None = None,
    cuts: Collection[int] = (),
) -> Segment | None:
    """The segment, where it is there as a whole and of this very video; None where it has to be encoded.

    Args: as those of `encode_segment`.

    Raises:
        SegmentMismatch: No segment begins at this picture.
        Unencodable: As `encode_segment`.
    """
    place = place_of(form, first_frame, total, brightest, cuts)
    try:
        _, light = look_into(path, form, place)
        return Segment(path, first_frame, place.frames, path.stat().st_size, light)
    except (SegmentMismatch, OSError):
        return None
