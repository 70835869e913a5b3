"""Blender's and nerfstudio's transforms files: JSON with a camera-to-world matrix for each picture.

Blender's (Mildenhall et al. 2020): `camera_angle_x` for all, one file a split; D-NeRF adds a `time` to each frame.
nerfstudio's: focal lengths, centre and OpenCV's distortion, for all or for each frame. Both have our axes already.
"""

import json
from collections.abc import Iterator
from math import degrees
from pathlib import Path
from typing import Any, Final

from models.radiance_field.camera import Camera
from models.radiance_field.captures.capture import (
    MOST_VIEWS,
    BrokenCapture,
    Capture,
    Split,
    View,
    checked_pose,
    picture_in,
    size_of,
)
from models.radiance_field.distortion import Distortion

_LARGEST_FILE: Final = 64 * 2**20
_SPLITS: Final[tuple[Split, ...]] = ("train", "val", "test")
_STRAIGHT: Final = {"PERSPECTIVE", "PINHOLE", "SIMPLE_PINHOLE", "SIMPLE_RADIAL", "RADIAL", "OPENCV"}
_HELD_OUT: Final = 8  # every eighth view is for testing, where the file says nothing: the custom since LLFF


def read_blender(folder: Path) -> Capture:
    """A folder with `transforms_train.json` and others like it.

    Raises:
        BrokenCapture: A file or a picture in it is not as it should be.
    """
    views: list[View] = []
    for split in _SPLITS:
        file = folder / f"transforms_{split}.json"
        if split == "train" or file.exists():
            views += _blender_views(folder, file, split)
    return Capture("dnerf" if len({view.camera.time for view in views}) > 1 else "blender", tuple(views))


def read_nerfstudio(folder: Path) -> Capture:
    """A folder with `transforms.json`. Raises as `read_blender`."""
    file = folder / "transforms.json"
    said = _read(file)
    model = said.get("camera_model", "OPENCV")
    if model not in _STRAIGHT:
        raise BrokenCapture(f"{file.name}: camera_model {str(model)[:40]!r} is not read; undistort the pictures first")
    splits: dict[str, Split] = {
        name: split for split in _SPLITS for name in _names(said.get(f"{split}_filenames"), file)
    }
    views = []
    for number, frame in enumerate(_frames(said, file)):
        where = f"{file.name}, frame {number}"
        name = _name(frame, where)
        picture = picture_in(folder, name, where)
        default: Split = "test" if not splits and number % _HELD_OUT == 0 else "train"
        views.append(View(_nerfstudio_camera({**said, **frame}, picture, where), picture, splits.get(name, default)))
    return Capture("nerfstudio", tuple(views))


def _blender_views(folder: Path, file: Path, split: Split) -> Iterator[View]:
    said = _read(file)
    angle = degrees(_number(said, "camera_angle_x", file.name))
    if not 1 <= angle <= 170:
        raise BrokenCapture(f"{file.name}: camera_angle_x is an angle of view in radians, not {angle:.0f} degrees")
    for number, frame in enumerate(_frames(said, file)):
        where = f"{file.name}, frame {number}"
        picture = picture_in(folder, _name(frame, where), where)
        pose = checked_pose(frame.get("transform_matrix"), where)
        time = _number(frame, "time", where, 0.0)
        yield View(Camera.of_angle(pose, *size_of(picture), angle, _checked_time(time, where)), picture, split)


def _nerfstudio_camera(said: dict[str, Any], picture: Path, where: str) -> Camera:
    width, height = size_of(picture)
    # Pictures made smaller after the cameras were found keep their angle of view.
    x, y = width / _number(said, "w", where, width), height / _number(said, "h", where, height)
    focal = _number(said, "fl_x", where)
    camera = Camera(
        checked_pose(said.get("transform_matrix"), where),
        width,
        height,
        (focal * x, _number(said, "fl_y", where, focal) * y),
        (_number(said, "cx", where, width / x / 2) * x, _number(said, "cy", where, height / y / 2) * y),
        Distortion(**{name: _number(said, name, where, 0.0) for name in ("k1", "k2", "k3", "p1", "p2")}),
        _checked_time(_number(said, "time", where, 0.0), where),
    )
    if min(camera.focal) <= 0 or _number(said, "k4", where, 0.0) != 0:
        raise BrokenCapture(f"{where}: focal lengths above 0 and k1, k2, k3, p1, p2 are read, k4 is not")
    return camera


def _read(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise BrokenCapture(f"{file.name} has more than {_LARGEST_FILE:,} bytes")
        said = json.loads(file.read_text())
    except FileNotFoundError:
        raise BrokenCapture(f"there is no {file.name}") from None
    except (ValueError, RecursionError):
        raise BrokenCapture(f"{file.name} is no JSON") from None
    if not isinstance(said, dict):
        raise BrokenCapture(f"{file.name} holds no object with frames")
    return said


def _frames(said: dict[str, Any], file: Path) -> list[dict[str, Any]]:
    frames = said.get("frames")
    if not isinstance(frames, list) or not frames or not all(isinstance(frame, dict) for frame in frames):
        raise BrokenCapture(f"{file.name}: 'frames' lists no views, so the poses are missing")
    if len(frames) > MOST_VIEWS:
        raise BrokenCapture(f"{file.name} has {len(frames):,} frames; at most {MOST_VIEWS:,} are read")
    return frames


def _name(frame: dict[str, Any], where: str) -> str:
    name = frame.get("file_path")
    if not isinstance(name, str) or not name:
        raise BrokenCapture(f"{where}: there is no file_path")
    return name


def _names(listed: object, file: Path) -> list[str]:
    if listed is None:
        return []
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise BrokenCapture(f"{file.name}: a split is a list of file names")
    return listed


def _number(said: dict[str, Any], name: str, where: str, default: float | None = None) -> float:
    value = said.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        raise BrokenCapture(f"{where}: {name} is missing or no number")
    return float(value)


def _checked_time(time: float, where: str) -> float:
    if not 0 <= time <= 1:
        raise BrokenCapture(f"{where}: a time lies between 0 and 1, not {time:g}")
    return time
