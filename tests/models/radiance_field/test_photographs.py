"""Pictures of captures become light: decoded, multiplied by alpha, smaller by area with their cameras."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.radiance_field import BrokenCapture, Capture, View, pictures
from models.radiance_field.camera import Camera, look_at

pytestmark = pytest.mark.video


def view(folder: Path, values: np.ndarray, split: str = "train", name: str = "0.png") -> View:
    Image.fromarray(values).save(folder / name)
    pose = look_at(np.array([3.0, 0, 1]), np.zeros(3))
    return View(Camera.of_angle(pose, values.shape[1], values.shape[0], 40), folder / name, split)  # type: ignore[arg-type]


def test_light_is_linear_premultiplied_and_averaged_by_area(tmp_path: Path) -> None:
    values = np.zeros((40, 60, 4), np.uint8)
    values[:, 0::2] = (188, 188, 255, 255)  # 188 is half of diffuse white
    values[:, 1::2] = (255, 255, 255, 51)
    (whole,) = pictures(Capture("Blender", (view(tmp_path, values),)))["train"]
    assert whole.light.shape == (40, 60, 4)
    assert np.allclose(whole.light[0, 0], (0.503, 0.503, 1, 1), atol=1e-3)
    assert np.allclose(whole.light[0, 1], (0.2, 0.2, 0.2, 0.2), atol=1e-6)
    (small,) = pictures(Capture("Blender", (view(tmp_path, values),)), longest=30)["train"]
    assert small.light.shape == (20, 30, 4)
    assert np.allclose(small.light, (0.3515, 0.3515, 0.6, 0.6), atol=1e-3)
    assert (small.camera.width, small.camera.height) == (30, 20)
    assert small.camera.focal[0] == pytest.approx(whole.camera.focal[0] / 2)


def test_splits_stay_and_pictures_without_alpha_are_covered(tmp_path: Path) -> None:
    grey = np.full((16, 16, 3), 255, np.uint8)
    views = (
        view(tmp_path, grey, "train"),
        view(tmp_path, grey, "test", "1.jpg"),
        view(tmp_path, grey, "train", "2.webp"),
    )
    read = pictures(Capture("LLFF", views))
    assert {split: len(found) for split, found in read.items()} == {"train": 2, "val": 0, "test": 1}
    assert all(np.allclose(picture.light, 1, atol=0.02) for found in read.values() for picture in found)


def test_pictures_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    good = view(tmp_path, np.random.default_rng(1).integers(0, 255, (16, 16, 3), np.uint8))
    data = good.picture.read_bytes()
    good.picture.write_bytes(data[:300])
    with pytest.raises(BrokenCapture, match=r"0\.png is cut off"):
        pictures(Capture("LLFF", (good,)))
    good.picture.write_bytes(b"GIF89a")
    with pytest.raises(BrokenCapture, match="no PNG, JPEG or WebP"):
        pictures(Capture("LLFF", (good,)))
    Image.new("RGB", (17, 16)).save(good.picture)
    with pytest.raises(BrokenCapture, match="camera is for"):
        pictures(Capture("LLFF", (good,)))
    Image.new("I;16", (16, 16)).save(good.picture)
    with pytest.raises(BrokenCapture, match="16 bits"):
        pictures(Capture("LLFF", (good,)))


def test_more_pixels_than_memory_holds_are_refused_before_they_are_read(tmp_path: Path) -> None:
    camera = Camera.of_angle(np.eye(4), 8000, 8000, 40)
    views = tuple(View(camera, tmp_path / "not there.png") for _ in range(200))
    with pytest.raises(BrokenCapture, match="smaller side"):
        pictures(Capture("LLFF", views))
