"""What a segment says of itself, inside its own file: whose it is, and the light of its pictures.

Beside the file it could be lost, or stay when the file is replaced; inside, both appear with one renaming.
"""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID

from models.video_file.light import VideoLight
from models.video_file.mp4_boxes import append_record, read_record
from models.video_file.video_error import SegmentMismatch, Unencodable, VideoError
from models.video_file.video_format import VideoFormat

_IDENTITY: Final = UUID("6f0c53a4-7e0d-4b0e-9d38-5d0b5a1d2c47")  # of our box, as any other
_LONGEST: Final = 1 << 26  # bytes: 600 pictures, each a scene of its own


@dataclass(frozen=True)
class Place:
    """Which segment of which video: everything that its bytes depend on but the pictures.

    Attributes:
        made: A digest of the format and of the encoder.
        first_frame: The number of its first picture in the video.
        total: How many pictures the whole video has.
        frames: How many the segment has.
        cuts: Those of its pictures that begin a scene.
        brightest: The light that becomes white; None for HDR.
    """

    made: str
    first_frame: int
    total: int
    frames: int
    cuts: tuple[int, ...]
    brightest: float | None


@dataclass(frozen=True)
class SegmentRecord:
    """What is in the file.

    Attributes:
        place: Where it belongs.
        light: That of its pictures.
    """

    place: Place
    light: VideoLight


def place_of(form: VideoFormat, first_frame: int, total: int, brightest: float | None, cuts: Collection[int]) -> Place:
    """The place of the segment that begins with this picture.

    Raises:
        SegmentMismatch: None begins here.
        Unencodable: A video for ordinary screens needs to know the brightest light.
    """
    frames = min(form.segment_frames, total - first_frame)
    if first_frame < 0 or first_frame % form.segment_frames or frames < 1:
        raise SegmentMismatch(
            f"a segment begins at a multiple of {form.segment_frames} below {total}, not at {first_frame}: keep to "
            "the video's segments"
        )
    if form.hdr != "none":
        brightest = None
    elif brightest is None or not 0 <= brightest < float("inf"):
        raise Unencodable("hdr none needs the brightest light of the whole video: measure it on its small pictures")
    # Numbers that were measured may be numpy's, which JSON does not take.
    inside = tuple(sorted({int(cut) for cut in cuts if first_frame <= cut < first_frame + frames}))
    white = None if brightest is None else float(brightest)
    return Place(_made(form), first_frame, total, frames, inside, white)


def _made(form: VideoFormat) -> str:
    """A digest of how pictures become bytes; PyAV brings the encoder with it."""
    import av  # noqa: PLC0415 - loaded where video is written

    return sha256(f"{form!r} PyAV {av.__version__} {sorted(av.library_versions.items())}".encode()).hexdigest()


def write_record(path: Path, record: SegmentRecord) -> None:
    """Put it into the segment's file."""
    append_record(path, _IDENTITY, json.dumps(asdict(record), separators=(",", ":")).encode())


def load_record(path: Path, form: VideoFormat) -> SegmentRecord:
    """What the segment's file says, if it can be true of a video of this format.

    Raises:
        SegmentMismatch: There is no file, no record in it, one that no encoder writes, or one of another format.
    """
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - where text from elsewhere is read

    try:
        text = read_record(path, _IDENTITY, _LONGEST)
    except OSError as error:
        raise SegmentMismatch(f"{path.name} is missing or cannot be read: encode this segment again") from error
    if text is None:
        raise SegmentMismatch(f"{path.name} is no segment, or is cut off: encode this segment again")
    damaged = f"the record in {path.name} is damaged: encode this segment again"
    try:
        record = TypeAdapter(SegmentRecord).validate_json(text, strict=True)
    except ValidationError as error:
        raise SegmentMismatch(damaged) from error
    place, scenes = record.place, record.light.scenes
    if place.made != _made(form):
        raise SegmentMismatch(f"{path.name} has other settings or was made by another encoder: encode it again")
    try:
        right = place_of(form, place.first_frame, place.total, place.brightest, place.cuts)
    except VideoError as error:
        raise SegmentMismatch(damaged) from error
    pixels = form.width * form.height
    if (
        place != right
        or [scene.first_frame for scene in scenes] != sorted({place.first_frame, *place.cuts})
        or record.light.frames != place.frames
        or any(scene.pixels != scene.frames * pixels for scene in scenes)
    ):
        raise SegmentMismatch(damaged)
    return record
