"""nerfstudio's files: what is written is read back, both forms of keyframes, and what is broken is refused."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.radiance_field.camera import Camera
from models.radiance_field.distortion import Distortion
from models.radiance_field.paths import (
    BrokenPath,
    CameraPath,
    Keyframe,
    Orbit,
    cameras,
    read_nerfstudio,
    write_nerfstudio,
)

pytestmark = pytest.mark.video

SHOTS = [shot.camera for shot in cameras(CameraPath(Orbit((0.1, 0.2, 0.3), elevation_end=60), zoom=1.5), 6, 64, 48)]
KEYS = (Keyframe(SHOTS[0].pose, 45, 0.25), Keyframe(SHOTS[-1].pose, 30, 0.5))


def same(read: Camera, written: Camera) -> None:
    np.testing.assert_allclose(read.pose, written.pose, atol=1e-12)
    assert read.focal == pytest.approx(written.focal)
    assert (read.width, read.height, read.centre) == (written.width, written.height, written.centre)
    assert read.time == pytest.approx(written.time)


def test_what_is_written_is_read_back() -> None:
    read = read_nerfstudio(write_nerfstudio(SHOTS, 30, KEYS, closed=True))
    for one, other in zip(read.cameras, SHOTS, strict=True):
        same(one, other)
    assert [(key.angle, key.time) for key in read.keyframes] == [(45, 0.25), (30, 0.5)]
    assert (read.fps, read.seconds, read.closed) == (30, 0.2, True)


def test_a_read_path_films_the_same_frames_and_those_between() -> None:
    path = read_nerfstudio(write_nerfstudio(SHOTS, 30)).as_path()
    for shot, written in zip(cameras(path, 6, 64, 48), SHOTS, strict=True):
        same(shot.camera, written)
    assert len(list(cameras(path, 25, 640, 360))) == 25


def test_nerfstudio_itself_would_read_it_so() -> None:
    entry = json.loads(write_nerfstudio(SHOTS, 24))["camera_path"][2]
    # Its reader: view(4, 4), and 0.5 height / tan(fov / 2).
    np.testing.assert_allclose(np.array(entry["camera_to_world"]).reshape(4, 4)[:3, 3], SHOTS[2].place)
    assert 0.5 * 48 / np.tan(np.radians(entry["fov"]) / 2) == pytest.approx(SHOTS[2].focal[1])


@pytest.mark.parametrize("old", [True, False])
def test_keyframes_of_both_ages_are_read(old: bool) -> None:
    said = json.loads(write_nerfstudio(SHOTS, 24, KEYS))
    said["camera_path"] = []
    for entry, key in zip(said["keyframes"], KEYS, strict=True):
        entry["matrix"] = json.dumps(key.pose.T.ravel().tolist()) if old else key.pose.ravel().tolist()
    read = read_nerfstudio(json.dumps(said))
    assert read.cameras == ()
    np.testing.assert_allclose(read.keyframes[1].pose, KEYS[1].pose)
    ends = list(cameras(read.as_path(), 2, 10, 10))
    np.testing.assert_allclose(ends[1].camera.pose, KEYS[1].pose, atol=1e-9)


def broken(change: dict[str, Any], entry: dict[str, Any] | None = None) -> str:
    said = {**json.loads(write_nerfstudio(SHOTS, 24)), **change}
    if entry:
        said["camera_path"][1].update(entry)
    return json.dumps(said)


NAN = [float("nan"), *[0.0] * 15]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "object"),
        (broken({"camera_path": []}), "neither frames nor keyframes"),
        (broken({"camera_path": "all"}), "camera_path is a list"),
        (broken({"camera_path": [{}] * 100_001}), "at most 100,000"),
        (broken({"camera_path": [7]}), r"camera_path\[0\] is no JSON object"),
        (broken({"camera_type": "equirectangular"}), "perspective"),
        (broken({"render_width": 10**7}), "render_width"),
        (broken({"render_height": None}), "render_height"),
        (broken({"fps": float("inf")}), "fps"),
        (broken({}, {"camera_to_world": [1, 2, 3]}), r"camera_path\[1\].camera_to_world is no list of 16"),
        (broken({}, {"camera_to_world": [["a"] * 4] * 4}), "16 numbers"),
        (broken({}, {"camera_to_world": [float("nan")] * 12 + [0, 0, 0, 1]}), "finite"),
        (broken({}, {"camera_to_world": [1.0] * 16}), "neither its last row"),
        (broken({}, {"camera_to_world": np.diag((1.0, 1, -1, 1)).ravel().tolist()}), "mirror"),
        (broken({}, {"camera_to_world": np.diag((0.0, 0, 0, 1)).ravel().tolist()}), "no length"),
        (broken({}, {"fov": True}), "fov"),
        (broken({}, {"fov": 400}), "fov"),
        (broken({}, {"render_time": -1}), "render_time"),
    ],
)
def test_what_is_no_camera_path_is_refused(text: str, says: str) -> None:
    with pytest.raises(BrokenPath, match=says):
        read_nerfstudio(text)


def test_what_the_format_cannot_say_is_not_written() -> None:
    for camera in (
        replace(SHOTS[1], centre=(10, 10)),
        replace(SHOTS[1], distortion=Distortion(k1=0.1)),
        SHOTS[1].scaled(32, 24),
    ):
        with pytest.raises(BrokenPath, match="frame 1"):
            write_nerfstudio([SHOTS[0], camera], 24)
    with pytest.raises(BrokenPath, match="at least one"):
        write_nerfstudio([], 24)


def test_a_single_view_is_no_path() -> None:
    with pytest.raises(BrokenPath, match="2 to"):
        read_nerfstudio(write_nerfstudio(SHOTS[:1], 24)).as_path()
