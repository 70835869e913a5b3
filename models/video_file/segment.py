"""A segment as a file: of which video it is, which pictures are in it, and whether it need not be made again."""

from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from models.video_file.light import VideoLight
from models.video_file.video_error import SegmentMismatch
from models.video_file.video_format import VideoFormat


@dataclass(frozen=True)
class Segment:
    """What was written.

    Attributes:
        path: The file.
        first_frame: The number of its first picture in the video.
        frames: How many.
        size: Bytes.
    """

    path: Path
    first_frame: int
    frames: int
    size: int


def mark_of(form: VideoFormat, light: VideoLight, first_frame: int) -> str:
    """A segment's comment: its place, and a digest of everything that its bytes depend on but the pictures."""
    return f"{first_frame} {sha256(f'{form!r} {light.to_json()}'.encode()).hexdigest()}"


def expected_frames(form: VideoFormat, light: VideoLight, first_frame: int) -> int:
    """How many pictures the segment has that begins here.

    Raises:
        SegmentMismatch: None begins here.
    """
    expected = min(form.segment_frames, light.frames - first_frame)
    if first_frame < 0 or first_frame % form.segment_frames or expected < 1:
        raise SegmentMismatch(
            f"a segment begins at a multiple of {form.segment_frames} below {light.frames}, not at {first_frame}: "
            "measure the light of the whole video and keep to its segments"
        )
    return expected


def look_into(path: Path, form: VideoFormat, light: VideoLight, first_frame: int) -> tuple[bytes, list[int]]:
    """A segment's decoder configuration, and the numbers of its pictures in the order of decoding, from 0 on.

    Raises:
        SegmentMismatch: It is missing, no video, not whole, or made for another place, video or light.
    """
    import av  # noqa: PLC0415 - loaded where video is read

    expected = expected_frames(form, light, first_frame)
    again = f"encode the segment from picture {first_frame} on again"
    try:
        with av.open(str(path), format="mp4") as file:
            stream = file.streams.video[0]
            clock, mark = stream.time_base, file.metadata.get("comment")
            numbers = [packet.pts // form.step for packet in file.demux(stream) if packet.pts is not None]
            header = stream.codec_context.extradata or b""
    except (av.error.FFmpegError, IndexError, OSError) as error:
        raise SegmentMismatch(f"{path.name} is missing or no video: {again}") from error
    if mark != mark_of(form, light, first_frame) or clock != Fraction(1, form.timescale):
        raise SegmentMismatch(f"{path.name} is of another place or video, or has other settings: {again}")
    if sorted(numbers) != list(range(expected)):
        raise SegmentMismatch(f"{path.name} has {len(numbers)} pictures of {expected}, or holes between: {again}")
    return header, numbers


def finished_segment(path: Path, form: VideoFormat, light: VideoLight, first_frame: int) -> Segment | None:
    """The segment, where it is there as a whole and of this very video; None where it has to be encoded.

    Raises:
        SegmentMismatch: No segment begins at this picture.
    """
    expected = expected_frames(form, light, first_frame)
    try:
        look_into(path, form, light, first_frame)
        return Segment(path, first_frame, expected, path.stat().st_size)
    except (SegmentMismatch, OSError):
        return None
