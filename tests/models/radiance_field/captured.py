"""One small capture of known cameras, written in every format by the format's own conventions."""

import json
from pathlib import Path

import numpy as np
import pycolmap
from PIL import Image

from models.radiance_field.camera import Camera, look_at

WIDTH, HEIGHT, COUNT = 40, 30, 9
POINTS = np.array([[0.0, 0.0, 0.0], [0.4, 0.1, -0.2], [-0.3, 0.5, 0.6]])


def cameras(lens: float = 0.0) -> list[Camera]:
    """Around the origin, each higher than the one before, one looking nearly down."""
    from models.radiance_field.distortion import Distortion

    made = []
    for turn in np.linspace(0, 2 * np.pi, COUNT, endpoint=False):
        place = np.array([3 * np.cos(turn), 3 * np.sin(turn), 0.5 + turn])
        pose = look_at(place, np.array([0.1, 0.0, 0.2]))
        made.append(Camera(pose, WIDTH, HEIGHT, (50.0, 50.0), (WIDTH / 2, HEIGHT / 2), Distortion(k1=lens)))
    return made


def pictures(folder: Path) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"{number:03}.png" for number in range(COUNT)]
    for number, name in enumerate(names):
        Image.new("RGB", (WIDTH, HEIGHT), (number, 0, 0)).save(folder / name)
    return names


def write_blender(folder: Path, times: bool = False) -> Path:
    names = pictures(folder / "train")
    frames = [
        {
            "file_path": f"./train/{name.removesuffix('.png')}",
            "transform_matrix": camera.pose.tolist(),
            **({"time": number / (COUNT - 1)} if times else {}),
        }
        for number, (name, camera) in enumerate(zip(names, cameras(), strict=True))
    ]
    said = {"camera_angle_x": 2 * np.arctan(WIDTH / 2 / 50.0), "frames": frames}
    (folder / "transforms_train.json").write_text(json.dumps(said))
    return folder


def write_nerfstudio(folder: Path, lens: float = 0.0) -> Path:
    names = pictures(folder / "images")
    frames = [
        {"file_path": f"images/{name}", "transform_matrix": camera.pose.tolist()}
        for name, camera in zip(names, cameras(), strict=True)
    ]
    # The numbers are those of pictures twice as large, as after a downscale.
    intrinsics = {"fl_x": 100.0, "fl_y": 100.0, "cx": WIDTH, "cy": HEIGHT, "w": 2 * WIDTH, "h": 2 * HEIGHT, "k1": lens}
    (folder / "transforms.json").write_text(json.dumps({**intrinsics, "camera_model": "OPENCV", "frames": frames}))
    return folder


def write_llff(folder: Path) -> Path:
    pictures(folder / "images")
    rows = []
    for camera in cameras():
        right, up, backward, place = camera.pose[:3].T
        matrix = np.stack((-up, right, backward, place, [HEIGHT, WIDTH, 50.0]), 1)  # down, right, backwards
        rows.append([*matrix.ravel(), 0.5, 9.0])
    np.save(folder / "poses_bounds.npy", np.array(rows))
    return folder


def write_colmap(folder: Path, binary: bool, lens: float = 0.0) -> Path:
    names = pictures(folder / "images")
    model = pycolmap.Reconstruction()
    kind, extra = ("SIMPLE_RADIAL", [lens]) if lens else ("SIMPLE_PINHOLE", [])
    camera = pycolmap.Camera(
        model=kind, width=WIDTH, height=HEIGHT, params=[50.0, WIDTH / 2, HEIGHT / 2, *extra], camera_id=1
    )
    model.add_camera_with_trivial_rig(camera)
    for number, (name, ours) in enumerate(zip(names, cameras(), strict=True), 1):
        to_world = ours.pose @ np.diag((1.0, -1.0, -1.0, 1.0))  # OpenCV's axes
        to_camera = np.linalg.inv(to_world)
        pose = pycolmap.Rigid3d(to_camera[:3])
        model.add_image_with_trivial_frame(pycolmap.Image(name=name, camera_id=1, image_id=number), pose)
    for point in POINTS:
        model.add_point3D(point, pycolmap.Track())
    place = folder / "sparse" / "0"
    place.mkdir(parents=True)
    (model.write_binary if binary else model.write_text)(str(place))
    return folder
