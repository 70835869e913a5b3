"""nerfstudio's camera path files (`ns-render camera-path`), read and written.

`camera_path` holds one entry a frame: `camera_to_world`, 16 numbers row by row in OpenGL's axes as ours are; `fov`, the
vertical angle of view in degrees; `render_time` in moving scenes. `keyframes` hold `matrix`: row by row as a list
since nerfstudio 1.0, column by column in a string before (three.js's order).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final

import numpy as np

from models.radiance_field.camera import Camera, Pose
from models.radiance_field.paths.path import MOST_FRAMES, CameraPath
from models.radiance_field.paths.spline import MOST_KEYFRAMES, Keyframe, Spline
from models.radiance_field.paths.view import BrokenPath, View

_LARGEST_FILE: Final = 64 * 1024 * 1024
_LARGEST_SIDE: Final = 16_384


@dataclass(frozen=True, eq=False)
class NerfstudioPath:
    """What such a file says.

    Attributes:
        cameras: One a frame, of the file's size.
        keyframes: Where whoever made it set them; may be none.
        seconds: How long the film is.
        closed: Whether it ends where it begins.
    """

    cameras: tuple[Camera, ...]
    keyframes: tuple[Keyframe, ...]
    fps: float
    seconds: float
    closed: bool

    def as_path(self) -> CameraPath:
        """The same film at any number of frames and of any size: through every frame, or every keyframe without any.

        Raises:
            BrokenPath: There is only one view.
        """
        frames = tuple(Keyframe(one.pose, one.vertical_degrees, one.time) for one in self.cameras[:MOST_KEYFRAMES])
        through = frames if len(frames) > 1 else self.keyframes
        closed = self.closed and len(through) > 2
        return CameraPath(Spline(through, closed=closed, turning="slerp" if through is frames else "smooth"))


def read_nerfstudio(text: str | bytes) -> NerfstudioPath:
    """A camera path out of a file's content.

    Raises:
        BrokenPath: It is no such file, holds something else than finite numbers, no view at all, too many, or a camera
            that is no pinhole.
    """
    if len(text) > _LARGEST_FILE:
        raise BrokenPath("the camera path is larger than 64 MiB; give fewer frames")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise BrokenPath("the camera path is no JSON") from None
    if not isinstance(said, dict):
        raise BrokenPath("a camera path is a JSON object with camera_path, render_width and render_height")
    kind = str(said.get("camera_type", "perspective")).lower()
    if kind != "perspective":
        raise BrokenPath(f"{kind[:30]!r} cameras are not read; export the path with a perspective camera")
    width, height = (_size(said.get(name), name) for name in ("render_width", "render_height"))
    entries = _list(said, "camera_path", MOST_FRAMES)
    frames = [_view(entry, "camera_to_world", f"camera_path[{number}]", {}) for number, entry in enumerate(entries)]
    views = _list(said, "keyframes", MOST_KEYFRAMES)
    keyed = [_view(entry, "matrix", f"keyframes[{number}]", said) for number, entry in enumerate(views)]
    if not frames and not keyed:
        raise BrokenPath("the camera path has neither frames nor keyframes")
    fps = _number(said.get("fps", 24), "fps", 0.01, 1000)
    return NerfstudioPath(
        tuple(view.camera(width, height, 0.0) for view in frames),
        tuple(Keyframe(view.pose, view.angle, view.time) for view in keyed),
        fps,
        _number(said.get("seconds", len(frames) / fps), "seconds", 0, 1e6),
        bool(said.get("is_cycle", False)),
    )


def write_nerfstudio(
    cameras: Sequence[Camera], fps: float, keyframes: Sequence[Keyframe] = (), closed: bool = False
) -> str:
    """The file's content for cameras, one a frame, that all have one size and their axis in the middle.

    Raises:
        BrokenPath: There is no camera, or the format cannot say what one of them is.
    """
    if not cameras:
        raise BrokenPath("a camera path has at least one frame")
    width, height = cameras[0].width, cameras[0].height
    for number, camera in enumerate(cameras):
        if (camera.width, camera.height) != (width, height):
            raise BrokenPath(f"frame {number} has another size than the first; the format has one for all")
        middle = np.allclose(camera.centre, (width / 2, height / 2), atol=1e-6)
        if not (middle and camera.distortion.is_none and np.isclose(*camera.focal, rtol=1e-6)):
            raise BrokenPath(f"frame {number} is no plain pinhole with its axis in the middle, as the format has them")
    aspect = width / height
    moves = len({camera.time for camera in cameras}) > 1
    said = {
        "camera_type": "perspective",
        "render_width": width,
        "render_height": height,
        "fps": fps,
        "seconds": len(cameras) / fps,
        "is_cycle": closed,
        "smoothness_value": 0,
        "default_fov": cameras[0].vertical_degrees,
        "keyframes": [
            {
                "matrix": key.pose.ravel().tolist(),
                "fov": key.angle,
                "aspect": aspect,
                **({} if key.time is None else {"render_time": key.time, "override_time_enabled": True}),
            }
            for key in keyframes
        ],
        "camera_path": [
            {
                "camera_to_world": camera.pose.ravel().tolist(),
                "fov": camera.vertical_degrees,
                "aspect": aspect,
                **({"render_time": camera.time} if moves else {}),
            }
            for camera in cameras
        ],
    }
    return json.dumps(said, allow_nan=False)


def _list(said: dict[str, Any], name: str, most: int) -> list[Any]:
    entries = said.get(name, [])
    if not isinstance(entries, list) or len(entries) > most:
        raise BrokenPath(f"{name} is a list of at most {most:,} views")
    return entries


def _view(entry: object, matrix: str, where: str, defaults: dict[str, Any]) -> View:
    if not isinstance(entry, dict):
        raise BrokenPath(f"{where} is no JSON object")
    pose = _pose(entry.get(matrix), f"{where}.{matrix}")
    angle = _number(entry.get("fov", defaults.get("default_fov")), f"{where}.fov", 0.5, 170)
    time = entry.get("render_time")
    return View(pose, angle, None if time is None else _number(time, f"{where}.render_time", 0, 1))


def _pose(given: object, where: str) -> Pose:
    by_columns = isinstance(given, str)
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            raise BrokenPath(f"{where} is no list of 16 numbers") from None
    try:
        pose = np.array(given, np.float64).reshape(4, 4)
    except (TypeError, ValueError):
        raise BrokenPath(f"{where} is no list of 16 numbers") from None
    # Where the numbers 0, 0, 0, 1 tell the order, they decide; else, in a camera that stands at 0, 0, 0, the form does.
    rows, columns = (bool(np.allclose(line, (0, 0, 0, 1), atol=1e-9)) for line in (pose[3], pose[:, 3]))
    if not rows and not columns:
        raise BrokenPath(f"{where} is no pose: neither its last row nor its last column is 0, 0, 0, 1")
    if columns and (by_columns or not rows):
        pose = pose.T.copy()
    if not np.isfinite(pose).all():
        raise BrokenPath(f"{where} holds something else than finite numbers")
    lengths = np.linalg.norm(pose[:3, :3], axis=0)
    if lengths.min() < 1e-6:
        raise BrokenPath(f"{where} is no pose: an axis has no length")
    pose[:3, :3] /= lengths  # viewers that scale the scene scale the axes with it
    try:
        Keyframe(pose)
    except BrokenPath as error:
        raise BrokenPath(f"{where}: {error}") from None
    return pose


def _size(given: object, name: str) -> int:
    return int(_number(given, name, 1, _LARGEST_SIDE))


def _number(given: object, where: str, least: float, most: float) -> float:
    if (
        isinstance(given, bool)
        or not isinstance(given, int | float)
        or not isfinite(given)
        or not least <= given <= most
    ):
        raise BrokenPath(f"{where} is a number from {least:g} to {most:g}")
    return float(given)
