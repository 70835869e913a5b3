"""COLMAP's sparse models, text or binary, through COLMAP's own reader; OpenCV's axes become ours."""

from pathlib import Path
from typing import Any, Final

import numpy as np

from models.radiance_field.camera import Camera
from models.radiance_field.captures.capture import (
    MOST_VIEWS,
    BrokenCapture,
    Capture,
    View,
    checked_pose,
    picture_in,
    size_of,
)
from models.radiance_field.distortion import Distortion

PLACES: Final = ("sparse/0", "sparse", "colmap/sparse/0", ".")
"""Where COLMAP and those who call it leave the model."""
_HELD_OUT: Final = 8
_WIDEST: Final = 100_000
_FOLDERS: Final = ("images", "input", ".")
# COLMAP's models and what their parameters behind focal length and centre are.
_LENSES: Final[dict[str, tuple[str, ...]]] = {
    "SIMPLE_PINHOLE": (),
    "PINHOLE": (),
    "SIMPLE_RADIAL": ("k1",),
    "RADIAL": ("k1", "k2"),
    "OPENCV": ("k1", "k2", "p1", "p2"),
}


def model_in(folder: Path) -> Path | None:
    """The folder of the sparse model within a capture's; None where there is none."""
    for place in PLACES:
        for ending in (".bin", ".txt"):
            if all((folder / place / f"{name}{ending}").is_file() for name in ("cameras", "images")):
                return folder / place
    return None


def read_colmap(folder: Path) -> Capture:
    """A capture with a sparse model and its pictures in `images/`; every eighth view, by name, is for testing.

    Raises:
        BrokenCapture: The model is damaged, a lens is none of a pinhole's, or a picture is missing.
    """
    import pycolmap  # noqa: PLC0415 - loaded where such a capture is read

    place = model_in(folder)
    if place is None:
        raise BrokenCapture("there is no sparse model with cameras and images")
    try:
        model = pycolmap.Reconstruction(str(place))
    except Exception as error:  # it raises whatever its C++ does on a damaged file
        raise BrokenCapture("COLMAP's own reader finds the sparse model damaged") from error
    images = sorted((image for image in model.images.values() if image.has_pose), key=lambda image: str(image.name))
    if not 1 <= len(images) <= MOST_VIEWS:
        raise BrokenCapture(f"the sparse model has {len(images):,} views with a pose; 1 to {MOST_VIEWS:,} are read")
    views = []
    for number, image in enumerate(images):
        picture = _picture(folder, image.name)
        camera = _camera(model.cameras[image.camera_id], image, picture)
        views.append(View(camera, picture, "test" if number % _HELD_OUT == 0 else "train"))
    points = np.array([point.xyz for point in model.points3D.values()], np.float64).reshape(-1, 3)
    return Capture("colmap", tuple(views), points if len(points) else None)


def _picture(folder: Path, name: str) -> Path:
    for place in _FOLDERS:
        if (folder / place / name).is_file():
            return picture_in(folder, f"{place}/{name}", "images")
    raise BrokenCapture(f"images: the picture {name[:80]!r} is not in images/")


def _camera(lens: Any, image: Any, picture: Path) -> Camera:
    kind = str(lens.model_name)
    if kind not in _LENSES:
        raise BrokenCapture(f"{kind[:40]} lenses are not read; run COLMAP's image_undistorter first")
    # A file that was cut off is read as zeros, or as whatever was in memory.
    if not (0 < lens.width < _WIDEST and 0 < lens.height < _WIDEST and 0 < lens.focal_length_x < _WIDEST):
        raise BrokenCapture("the sparse model's cameras are damaged")
    to_camera = np.eye(4)
    to_camera[:3] = image.cam_from_world().matrix()
    # OpenCV looks along +z with y down, we along -z with y up.
    pose = checked_pose(np.linalg.inv(to_camera) @ np.diag((1.0, -1.0, -1.0, 1.0)), image.name)
    width, height = size_of(picture)
    x, y = width / lens.width, height / lens.height
    extra = [float(lens.params[index]) for index in lens.extra_params_idxs()]
    return Camera(
        pose,
        width,
        height,
        (lens.focal_length_x * x, lens.focal_length_y * y),
        (lens.principal_point_x * x, lens.principal_point_y * y),
        Distortion(**dict(zip(_LENSES[kind], extra, strict=True))),
    )
