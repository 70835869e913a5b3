"""Our own reader: the index and the samples of an MP4 file, of which nothing is decoded."""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from models.video_file.dynamic_metadata import DynamicMetadata, unpacked
from models.video_file.mp4_boxes import boxes_in_entry, read_moov
from models.video_file.nal import LIGHT_LEVEL, MASTERING, PREFIX_SEI, T35, kind_of, messages_of, units_of
from models.video_file.seen import Seen

_PROFILES: Final = {1: "Main", 2: "Main 10"}
_TIER_BIT, _PROFILE_BITS, _LEVEL_BYTE = 0x20, 0x1F, 12  # of an hvcC box: ISO/IEC 14496-15, 8.3.3.1


@dataclass
class _Samples:
    times: list[int] = field(default_factory=list)
    decoded_at: list[int] = field(default_factory=list)
    dynamic: list[DynamicMetadata | None] = field(default_factory=list)
    mastering: set[bytes | None] = field(default_factory=set)
    light_level: set[bytes | None] = field(default_factory=set)
    too_late: list[int] = field(default_factory=list)
    wrong_length: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_samples(path: Path, step: int) -> tuple[Seen, str]:
    """What the file says, and its comment.

    Args:
        path: An MP4 file.
        step: Ticks from a picture to the next.

    Raises:
        ValueError: It is no MP4 file with HEVC in it, or has no index before its pictures.
        av.error.FFmpegError: The same.
    """
    import av  # noqa: PLC0415 - loaded where video is read

    found = _Samples()
    with av.open(str(path), format="mp4") as file:
        stream = file.streams.video[0]
        context = stream.codec_context
        header = context.extradata or b""
        if context.name != "hevc" or len(header) <= _LEVEL_BYTE:
            raise ValueError("there is no HEVC video in it")
        for packet in file.demux(stream):
            if packet.pts is not None:
                _look(packet, found, step)
        for said, numbers in (("is decoded too late", found.too_late), ("has the wrong duration", found.wrong_length)):
            if numbers:
                found.problems.append(f"sample {numbers[0]} {said}, and {len(numbers) - 1} more")
        comment = file.metadata.get("comment", "")
        order = sorted(range(len(found.times)), key=found.times.__getitem__)
        boxes = boxes_in_entry(read_moov(path)[0])
        for name, box, payloads in (("mdcv", b"mdcv", found.mastering), ("clli", b"clli", found.light_level)):
            if payloads - {None} and boxes.get(box) not in payloads:
                found.problems.append(f"the box {name} is missing or says something else than the stream")
            if len(payloads) > 1:
                found.problems.append(f"not all groups of pictures carry the same metadata as in the box {name}")
        seen = Seen(
            reader="own parser of the samples",
            whole=True,
            tag=context.codec_tag,
            size=(context.width, context.height),
            profile=_PROFILES.get(header[1] & _PROFILE_BITS, f"profile {header[1] & _PROFILE_BITS}"),
            level_idc=header[_LEVEL_BYTE],
            tier="high" if header[1] & _TIER_BIT else "main",
            colour=(int(context.color_primaries), int(context.color_trc), int(context.colorspace)),
            limited=context.color_range == 1,
            clock=stream.time_base or Fraction(1),
            times=tuple(found.times[place] for place in order),
            mastering=next(iter(found.mastering), None),
            light_level=next(iter(found.light_level), None),
            dynamic=tuple(found.dynamic[place] for place in order),
            problems=tuple(found.problems),
        )
    return seen, comment


def _look(packet: Any, found: _Samples, step: int) -> None:
    """One sample: its time and its metadata; every closed group begins with the static metadata."""
    number = len(found.times)
    decoded_at = packet.pts if packet.dts is None else packet.dts
    if decoded_at > packet.pts or (number and decoded_at <= found.decoded_at[-1]):
        found.too_late.append(number)
    if packet.duration != step:
        found.wrong_length.append(number)
    dynamic, static = [], {}
    for unit in units_of(bytes(packet)):
        if kind_of(unit) < 32:
            break
        for kind, payload in messages_of(unit) if kind_of(unit) == PREFIX_SEI else ():
            if kind == T35:
                dynamic.append(unpacked(payload))
            elif kind in (MASTERING, LIGHT_LEVEL):
                static[kind] = payload
    found.times.append(packet.pts)
    found.decoded_at.append(decoded_at)
    found.dynamic.append(dynamic[0] if len(dynamic) == 1 else None)
    if packet.is_keyframe:
        found.mastering.add(static.get(MASTERING))
        found.light_level.add(static.get(LIGHT_LEVEL))
