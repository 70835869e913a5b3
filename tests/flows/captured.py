"""A small capture in Blender's format, of the project's own still life, as someone would upload it."""

import io
import json
import zipfile

import numpy as np
from PIL import Image

from blocks.asset_store import AssetStore
from models.radiance_field.camera import Camera
from models.radiance_field.worlds import still_life, trace, viewpoints

_DEGREES = 42.0


def capture_uri(views: int = 16, side: int = 24, name: str = "capture.zip") -> str:
    """The uri of a zip archive in the asset store."""
    return AssetStore.default().put(f"uploads/test/{name}", capture_zip(views, side), "application/zip").uri


def capture_zip(views: int = 16, side: int = 24) -> bytes:
    """The archive's bytes."""
    world, stream = still_life().cut_out(), io.BytesIO()
    splits = {"train": viewpoints(world, views, side), "test": viewpoints(world, 2, side, held_out=True)}
    with zipfile.ZipFile(stream, "w") as packed:
        for split, cameras in splits.items():
            frames = []
            for number, camera in enumerate(cameras):
                packed.writestr(f"garden/{split}/r_{number}.png", _png(trace(world, camera, 1)))
                frames.append({"file_path": f"./{split}/r_{number}", "transform_matrix": _rows(camera)})
            said = {"camera_angle_x": float(np.radians(_DEGREES)), "frames": frames}
            packed.writestr(f"garden/transforms_{split}.json", json.dumps(said))
    return stream.getvalue()


def _rows(camera: Camera) -> list[list[float]]:
    rows: list[list[float]] = camera.pose.tolist()
    return rows


def _png(light: np.ndarray) -> bytes:
    alpha = light[..., 3:]
    colour = np.clip(light[..., :3] / np.maximum(alpha, 1e-6), 0, 1)
    srgb = np.where(colour <= 0.0031308, colour * 12.92, 1.055 * np.maximum(colour, 0.0031308) ** (1 / 2.4) - 0.055)
    stream = io.BytesIO()
    Image.fromarray(np.rint(np.concatenate((srgb, alpha), -1) * 255).astype(np.uint8)).save(stream, "PNG")
    return stream.getvalue()
