"""The reader for where there is no `ffprobe`: libav's decoder, which comes with PyAV, looks at every picture."""

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

from models.video_file.seen import Seen


def read_with_libav(path: Path, frames: int, all_frames: int, hdr10plus: bool) -> Seen:
    """What the decoder says of a file and of its first pictures.

    Of HDR10+ it hands out a structure of C, of which PyAV reads nothing: its presence is all that is said, and
    `dynamic` stays empty.

    Raises:
        av.error.FFmpegError: It cannot read the file.
    """
    import av  # noqa: PLC0415 - loaded where video is read
    from av.sidedata.sidedata import Type  # noqa: PLC0415

    times: list[int] = []
    mastering: set[bytes | None] = set()
    levels: set[bytes | None] = set()
    dynamic = 0
    with av.open(str(path), format="mp4") as file:
        stream = file.streams.video[0]
        context = stream.codec_context
        for picture in file.decode(stream):
            # PyAV's stubs take this for a dictionary; it maps side data to themselves.
            every: list[Any] = list(picture.side_data.keys())
            sides = {side.type: bytes(side) for side in every}
            mastering.add(_mastering(sides.get(Type.MASTERING_DISPLAY_METADATA)))
            levels.add(_light_level(sides.get(Type.CONTENT_LIGHT_LEVEL)))
            dynamic += Type.DYNAMIC_HDR_PLUS in sides
            times.append(picture.pts if picture.pts is not None else -1)
            if len(times) == frames:
                break
        tag, size, profile, level = context.codec_tag, (context.width, context.height), context.profile, context.level
        colour = (int(context.color_primaries), int(context.color_trc), int(context.colorspace))
        limited, clock = context.color_range == 1, stream.time_base or Fraction(1)
    right = len(times) if hdr10plus else 0
    problems = () if dynamic == right else (f"{dynamic} pictures have HDR10+ metadata instead of {right}",)
    return Seen(
        reader=f"libavcodec {'.'.join(str(part) for part in av.library_versions['libavcodec'])} in PyAV",
        whole=frames >= all_frames,
        tag=tag,
        size=size,
        profile=profile or "",
        level_idc=level,
        tier=None,
        colour=colour,
        limited=limited,
        clock=clock,
        times=tuple(times),
        mastering=mastering.pop() if len(mastering) == 1 else None,
        light_level=levels.pop() if len(levels) == 1 else None,
        dynamic=(),
        problems=problems,
    )


def _mastering(data: bytes | None) -> bytes | None:
    """AVMasteringDisplayMetadata: fractions for red, green, blue, white, darkest and brightest."""
    if data is None:
        return None
    numbers = struct.unpack_from("=20i", data)
    fractions = [(numbers[place], numbers[place + 1]) for place in range(0, 20, 2)]
    order = (2, 3, 4, 5, 0, 1, 6, 7)
    colours = b"".join(round(fractions[at][0] / fractions[at][1] * 50_000).to_bytes(2, "big") for at in order)
    lights = (round(fractions[at][0] / fractions[at][1] * 10_000) for at in (9, 8))
    return colours + b"".join(light.to_bytes(4, "big") for light in lights)


def _light_level(data: bytes | None) -> bytes | None:
    """AVContentLightMetadata: two numbers."""
    return None if data is None else b"".join(value.to_bytes(2, "big") for value in struct.unpack_from("=2I", data))
