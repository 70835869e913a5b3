"""Every format gives the same cameras back, and what is no capture is refused before any work."""

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pycolmap
import pytest

from models.radiance_field.captures import BrokenCapture, read_capture
from tests.models.radiance_field.captured import (
    COUNT,
    POINTS,
    cameras,
    write_blender,
    write_colmap,
    write_llff,
    write_nerfstudio,
)

pytestmark = pytest.mark.video

WRITERS: dict[str, Callable[[Path], Path]] = {
    "blender": write_blender,
    "dnerf": partial(write_blender, times=True),
    "nerfstudio": write_nerfstudio,
    "llff": write_llff,
    "colmap-text": partial(write_colmap, binary=False),
    "colmap-binary": partial(write_colmap, binary=True),
}


@pytest.mark.parametrize("form", WRITERS)
def test_every_format_gives_the_same_cameras(form: str, tmp_path: Path) -> None:
    capture = read_capture(WRITERS[form](tmp_path / "capture"))
    assert capture.form == form.partition("-")[0]
    assert len(capture.views) == COUNT
    assert capture.moves == (form == "dnerf")
    for ours, view in zip(cameras(), capture.views, strict=True):
        np.testing.assert_allclose(view.camera.pose, ours.pose, atol=1e-9)
        seen, depth = view.camera.project(POINTS)
        known, known_depth = ours.project(POINTS)
        np.testing.assert_allclose(seen, known, atol=1e-6)
        np.testing.assert_allclose(depth, known_depth, atol=1e-9)
    if form.startswith("colmap"):
        assert sorted(map(tuple, capture.points)) == sorted(map(tuple, POINTS))
    if form not in {"blender", "dnerf"}:
        assert len(capture.of("test")) == 2
        assert len(capture.of("train")) == COUNT - 2


def test_a_lens_distorts_as_colmap_says_and_rays_undo_it(tmp_path: Path) -> None:
    place = write_colmap(tmp_path / "capture", binary=True, lens=-0.12)
    capture = read_capture(place)
    model = pycolmap.Reconstruction(str(place / "sparse" / "0"))
    images = {image.name: image for image in model.images.values()}
    for view in capture.views:
        image = images[view.picture.name]
        theirs = np.array([image.project_point(point) for point in POINTS])
        np.testing.assert_allclose(view.camera.project(POINTS)[0], theirs, atol=1e-6)
    camera = capture.views[0].camera
    origins, directions = camera.rays()
    seen, _ = camera.project((origins + 2.5 * directions).astype(float))
    y, x = np.mgrid[0 : camera.height, 0 : camera.width] + 0.5
    np.testing.assert_allclose(seen, np.stack((x, y), -1), atol=1e-3)


def test_nerfstudio_pictures_made_smaller_keep_their_angle(tmp_path: Path) -> None:
    [view, *_] = read_capture(write_nerfstudio(tmp_path / "capture", lens=0.05)).views
    assert view.camera.focal == (50.0, 50.0)
    assert view.camera.distortion.k1 == 0.05


def test_a_folder_within_the_folder_is_found(tmp_path: Path) -> None:
    write_blender(tmp_path / "archive" / "lego")
    assert read_capture(tmp_path / "archive").form == "blender"


def edited(folder: Path, **changes: object) -> None:
    file = folder / "transforms.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "transforms.json").unlink(), "poses are missing"),
        (lambda folder: (folder / "transforms.json").write_text("{"), "no JSON"),
        (lambda folder: (folder / "transforms.json").write_text("[" * 100_000), "no JSON"),
        (lambda folder: edited(folder, frames=[]), "poses are missing"),
        (lambda folder: edited(folder, frames=[{"file_path": "images/000.png"}]), "frame 0: a pose"),
        (lambda folder: edited(folder, frames=[{"file_path": "/etc/passwd"}]), "not in the capture"),
        (lambda folder: edited(folder, frames=[{"file_path": "../../secret"}]), "not in the capture"),
        (lambda folder: edited(folder, fl_x="wide"), "fl_x is missing or no number"),
        (lambda folder: edited(folder, camera_model="OPENCV_FISHEYE"), "undistort"),
        (lambda folder: (folder / "images" / "003.png").write_bytes(b"\x80\x04"), "no PNG"),
        (lambda folder: shutil.rmtree(folder / "images"), "not in the capture"),
    ],
    ids=["nothing", "cut", "deep", "empty", "no-pose", "outside", "climbing", "words", "fisheye", "pickle", "pictures"],
)
def test_what_is_no_capture_is_refused(spoil: Callable[[Path], object], said: str, tmp_path: Path) -> None:
    folder = write_nerfstudio(tmp_path / "capture")
    spoil(folder)
    with pytest.raises(BrokenCapture, match=said):
        read_capture(folder)


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        (np.diag((1.0, 1.0, 3.0, 1.0)), "differ in length"),
        (np.diag((1.0, 1.0, -1.0, 1.0)), "mirror"),
        (np.full((4, 4), np.nan), "finite"),
        (np.eye(3), "4 x 4"),
    ],
)
def test_what_is_no_pose_is_refused(matrix: np.ndarray, said: str, tmp_path: Path) -> None:
    folder = write_nerfstudio(tmp_path / "capture")
    edited(folder, frames=[{"file_path": "images/000.png", "transform_matrix": matrix.tolist()}])
    with pytest.raises(BrokenCapture, match=said):
        read_capture(folder)


@pytest.mark.parametrize("name", ["cameras.bin", "images.bin", "points3D.bin"])
def test_a_damaged_sparse_model_is_refused(name: str, tmp_path: Path) -> None:
    folder = write_colmap(tmp_path / "capture", binary=True)
    file = folder / "sparse" / "0" / name
    file.write_bytes(file.read_bytes()[:20])
    with pytest.raises(BrokenCapture):
        read_capture(folder)


def test_poses_that_hold_objects_are_not_unpickled(tmp_path: Path) -> None:
    folder = write_llff(tmp_path / "capture")
    np.save(folder / "poses_bounds.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(BrokenCapture, match="objects"):
        read_capture(folder)
