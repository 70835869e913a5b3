"""A reader that is not ours: FFmpeg's `ffprobe`, where it is installed. It decodes every picture."""

import json
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from models.video_file.dynamic_metadata import INDICES, DynamicMetadata
from models.video_file.seen import Seen

_STREAM: Final = (
    "codec_tag_string,profile,level,width,height,color_range,color_space,color_transfer,color_primaries,time_base"
)
_CODES: Final = {"bt709": 1, "bt2020": 9, "bt2020nc": 9, "smpte2084": 16}
_COLOURS: Final = ("green_x", "green_y", "blue_x", "blue_y", "red_x", "red_y", "white_point_x", "white_point_y")
_SECONDS_A_PICTURE, _SECONDS = 5, 60
_REORDERED: Final = 16  # pictures that may be decoded before one that is shown earlier: H.265's largest buffer


def ffprobe_path() -> str | None:
    """Where it is; None where it is not installed."""
    return shutil.which("ffprobe")


def read_with_ffprobe(program: str, path: Path, frames: int, all_frames: int) -> Seen:
    """What it says of a file and of its first pictures.

    Args:
        program: Its path.
        path: The file.
        frames: How many pictures to decode.
        all_frames: How many there should be.

    Raises:
        ValueError: It cannot read the file.
    """
    command = [program, "-v", "error", "-select_streams", "v:0", "-show_streams", "-show_frames", "-of", "json"]
    command += ["-show_entries", f"stream={_STREAM}:frame=pts,side_data_list"]
    if frames < all_frames:
        command += ["-read_intervals", f"%+#{frames + _REORDERED}"]
    # The name is given as a file's, whatever it looks like.
    command += ["-i", f"file:{path}"]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=_SECONDS + _SECONDS_A_PICTURE * frames, check=True)
        # Keys occur more than once in an object: a list of pairs keeps them all.
        said = dict(json.loads(ran.stdout, object_pairs_hook=_pairs))
        version = _version(program)
        stream = dict(said["streams"][0])
        pictures = [dict(picture) for picture in said["frames"]][:frames]
        sides = [_side_data(picture) for picture in pictures]
        mastering = {_mastering(side.get("Mastering display metadata")) for side in sides}
        levels = {_light_level(side.get("Content light level metadata")) for side in sides}
        return Seen(
            reader=version,
            whole=frames >= all_frames,
            tag=stream["codec_tag_string"],
            size=(stream["width"], stream["height"]),
            profile=stream["profile"],
            level_idc=stream["level"],
            tier=None,
            colour=(
                _CODES.get(stream.get("color_primaries", ""), 0),
                _CODES.get(stream.get("color_transfer", ""), 0),
                _CODES.get(stream.get("color_space", ""), 0),
            ),
            limited=stream.get("color_range") == "tv",
            clock=Fraction(stream["time_base"]),
            times=tuple(picture["pts"] for picture in pictures),
            mastering=mastering.pop() if len(mastering) == 1 else None,
            light_level=levels.pop() if len(levels) == 1 else None,
            dynamic=tuple(_dynamic(side) for side in sides),
        )
    except (subprocess.SubprocessError, KeyError, IndexError, TypeError) as error:
        raise ValueError("ffprobe cannot read it") from error


def _pairs(pairs: list[tuple[str, Any]]) -> Any:
    return pairs


def _version(program: str) -> str:
    said = subprocess.run([program, "-version"], capture_output=True, timeout=_SECONDS, check=True).stdout
    return " ".join(said.decode("utf-8", "replace").split()[:3:2])


def _side_data(picture: dict[str, Any]) -> dict[str, list[tuple[str, Any]]]:
    return {dict(entry)["side_data_type"]: entry for entry in picture.get("side_data_list", [])}


def _mastering(entry: list[tuple[str, Any]] | None) -> bytes | None:
    if entry is None:
        return None
    said = dict(entry)
    colours = b"".join(round(Fraction(said[name]) * 50_000).to_bytes(2, "big") for name in _COLOURS)
    lights = (round(Fraction(said[name]) * 10_000) for name in ("max_luminance", "min_luminance"))
    return colours + b"".join(light.to_bytes(4, "big") for light in lights)


def _light_level(entry: list[tuple[str, Any]] | None) -> bytes | None:
    if entry is None:
        return None
    said = dict(entry)
    return int(said["max_content"]).to_bytes(2, "big") + int(said["max_average"]).to_bytes(2, "big")


def _dynamic(sides: dict[str, list[tuple[str, Any]]]) -> DynamicMetadata | None:
    entry = next((entry for kind, entry in sides.items() if "2094-40" in kind), None)
    if entry is None:
        return None

    def units(name: str) -> list[int]:
        return [round(Fraction(value) * 100_000) for key, value in entry if key == name]

    percentages = tuple(value for key, value in entry if key == "distribution_maxrgb_percentage")
    scl, average = units("maxscl"), units("average_maxrgb")
    if percentages != INDICES or len(scl) != 3 or len(average) != 1:
        return None
    return DynamicMetadata((scl[0], scl[1], scl[2]), average[0], tuple(units("distribution_maxrgb_percentile")))
