"""Whether a finished file is what was asked for, as told by readers that know nothing of its writer."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from models.video_file.dynamic_metadata import metadata_of
from models.video_file.encoding import colour_of
from models.video_file.ffprobe import ffprobe_path, read_with_ffprobe
from models.video_file.libav_reader import read_with_libav
from models.video_file.light import VideoLight
from models.video_file.mastering import light_level_payload, mastering_for
from models.video_file.sample_reader import read_samples
from models.video_file.seen import Seen
from models.video_file.video_error import WrongVideo
from models.video_file.video_format import VideoFormat


@dataclass(frozen=True)
class Expected:
    """What a file should be.

    Attributes:
        form: Its format.
        light: Its measured light, which says how many pictures there are, too.
        provenance: Its comment.
    """

    form: VideoFormat
    light: VideoLight
    provenance: str = ""


@dataclass(frozen=True)
class VideoReport:
    """What was found, all of it as expected.

    Attributes:
        readers: Who looked.
        frames: How many pictures there are.
        decoded: How many of them a decoder looked at.
        dynamic: How many carry HDR10+ metadata with the right values.
        profile: `Main` or `Main 10`.
        level: As "6.1".
        tier: `main` or `high`.
        max_cll: MaxCLL in the stream and in the header, cd/m2; None for `none`.
        max_fall: MaxFALL likewise.
        seconds: How long the video is.
    """

    readers: tuple[str, ...]
    frames: int
    decoded: int
    dynamic: int
    profile: str
    level: str
    tier: str
    max_cll: int | None
    max_fall: int | None
    seconds: Fraction


def check_video(path: Path, expected: Expected, decode: int | None = None, ffprobe: bool = True) -> VideoReport:
    """Read a finished file back and compare everything with what was asked for.

    Our own parser looks at every sample, and a decoder at pictures: `ffprobe` where it is on the path, else libav's.
    The report names them.

    Args:
        path: The file.
        expected: What it should be.
        decode: How many pictures to decode, from the first on; None for all.
        ffprobe: Whether to use it.

    Raises:
        WrongVideo: Something is wrong or missing; all that is, is listed.
    """
    import av  # noqa: PLC0415 - loaded where video is read

    form, light = expected.form, expected.light
    decoded = light.frames if decode is None else max(1, min(decode, light.frames))
    program = ffprobe_path() if ffprobe else None
    try:
        own, comment = read_samples(path, form.step)
        if program is not None:
            other = read_with_ffprobe(program, path, decoded, light.frames)
        else:
            other = read_with_libav(path, decoded, light.frames, form.hdr == "hdr10+")
    except (av.error.FFmpegError, OSError, ValueError, IndexError, ArithmeticError) as error:
        raise WrongVideo(path.name, (f"it cannot be read: {error}",)) from error
    problems = [f"{seen.reader}: {problem}" for seen in (own, other) for problem in _problems(seen, expected, decoded)]
    if comment != expected.provenance:
        problems.append("its comment is not how it was made")
    if problems:
        raise WrongVideo(path.name, tuple(problems))
    bright = form.hdr != "none"
    return VideoReport(
        readers=(own.reader, other.reader),
        frames=len(own.times),
        decoded=len(other.times),
        dynamic=sum(each is not None for each in own.dynamic),
        profile=own.profile,
        level=form.level.name,
        tier=form.level.tier,
        max_cll=light.max_cll if bright else None,
        max_fall=light.max_fall if bright else None,
        seconds=light.frames / form.fps,
    )


def _problems(seen: Seen, expected: Expected, decoded: int) -> Iterator[str]:
    """What a reader saw that is not as it should be."""
    form, light = expected.form, expected.light
    yield from seen.problems
    colour, level = colour_of(form), form.level
    for name, found, right in (
        ("sample entry", seen.tag, "hvc1"),
        ("size", seen.size, (form.width, form.height)),
        ("profile", seen.profile, "Main" if form.bits == 8 else "Main 10"),
        ("level", seen.level_idc, level.idc),
        ("tier", seen.tier or level.tier, level.tier),
        ("primaries, transfer and matrix", seen.colour, (colour.primaries, colour.transfer, colour.matrix)),
        ("limited range", seen.limited, True),
        ("clock", seen.clock, Fraction(1, form.timescale)),
    ):
        if found != right:
            yield f"{name} is {found} instead of {right}"
    frames = light.frames if seen.whole else decoded
    if len(seen.times) != frames:
        yield f"{len(seen.times)} pictures were read instead of {frames}"
    late = [number for number, time in enumerate(seen.times) if time != number * form.step]
    if late:
        yield f"{len(late)} pictures have the wrong time, the first is {late[0]} at tick {seen.times[late[0]]}"
    bright = form.hdr != "none"
    mastering = mastering_for(light.max_cll).payload() if bright else None
    if seen.mastering != mastering:
        yield "mastering display is wrong or missing" if bright else "mastering display is there though this is no HDR"
    if seen.light_level != (light_level_payload(light.max_cll, light.max_fall) if bright else None):
        yield "MaxCLL and MaxFALL are wrong or missing" if bright else "MaxCLL is there though this is no HDR"
    yield from _dynamic_problems(seen, expected)


def _dynamic_problems(seen: Seen, expected: Expected) -> Iterator[str]:
    if expected.form.hdr != "hdr10+":
        if any(each is not None for each in seen.dynamic):
            yield "HDR10+ metadata are there though none were asked for"
        return
    right = {scene.first_frame: metadata_of(scene) for scene in expected.light.scenes}
    wrong = [
        number
        for number, found in enumerate(seen.dynamic[: expected.light.frames])
        if found != right[expected.light.scene_of(number).first_frame]
    ]
    if wrong:
        yield f"HDR10+ metadata are wrong or missing in {len(wrong)} pictures, the first is {wrong[0]}"
