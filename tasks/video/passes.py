"""Light, depth and normals of every picture along a camera's path, and the path itself."""

import zipfile
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from prefect import task
from prefect.artifacts import create_image_artifact
from prefect.cache_policies import NO_CACHE

from blocks.asset_store import Asset, AssetStore
from tasks.one_thread import one_thread
from tasks.run import asset_path
from tasks.video.camera_move import CameraMove
from tasks.video.progress import PictureProgress
from tasks.video.resident_field import resident_field
from tasks.video.scene import Scene

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.radiance_field.field import Rendered
    from models.radiance_field.paths import CameraPath

_SHOWN_PIXELS: Final = 480  # of the animation's longer side


def camera_path(scene: Scene, move: CameraMove, seed: int) -> "CameraPath":
    """A move through a scene. Raises `BrokenPath`, `SourceError`."""
    file = None
    if move.file is not None:
        with AssetStore.default().open(move.file) as stream:
            file = stream.read()
    return move.path(scene.centre, scene.radius, seed, file)


@task(
    name="render-passes",
    description="Every picture along the path as OpenEXR: light, coverage, depth and normals.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def render_passes(
    scene: Scene, path: "CameraPath", frames: int, size: tuple[int, int], fps: float, provenance: str
) -> list[Asset]:
    """An archive of OpenEXR files, the path as nerfstudio has it, and an animation of all three to look at.

    Raises:
        BrokenPath: The path cannot be taken.
        AssetStoreError: The store is away.
    """
    from models.image_file import write_animation  # noqa: PLC0415 - Pillow where pictures are written
    from models.radiance_field.field import render  # noqa: PLC0415 - torch takes seconds to import
    from models.radiance_field.passes import write_passes  # noqa: PLC0415 - OpenEXR where it is written
    from models.radiance_field.paths import cameras, write_nerfstudio  # noqa: PLC0415 - scipy

    field, _ = resident_field(scene.version.name, scene.version.version)
    store, progress = AssetStore.default(), PictureProgress(frames, "Rendering")
    shots = [shot.camera for shot in islice(cameras(path, frames, *size), frames)]
    shown: list[NDArray[np.uint8]] = []
    with TemporaryDirectory(prefix="passes-") as name, one_thread():
        archive = Path(name) / "passes.zip"
        # The files inside are compressed already.
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
            for number, camera in enumerate(shots, 1):
                seen = render(field, camera)
                packed.writestr(f"frame-{number:05}.exr", write_passes(seen, provenance))
                shown.append(_side_by_side(seen, scene.radius))
                progress()
        assets = [
            store.put(asset_path("passes.zip"), archive, "application/zip"),
            store.put(asset_path("camera-path.json"), write_nerfstudio(shots, fps).encode(), "application/json"),
            store.put(asset_path("passes.webp"), write_animation(shown, fps), "image/webp"),
        ]
    create_image_artifact(assets[2].url, key="camera-path", description="Light, depth and normals along the path")
    return assets


def _side_by_side(seen: "Rendered", radius: float) -> "NDArray[np.uint8]":
    """Light, depth (near is bright) and normals, as colours."""
    import numpy as np  # noqa: PLC0415 - arrays where pictures are

    from models.hdr.tone_map import tone_map  # noqa: PLC0415 - as above

    step = max(max(seen.depth.shape) // _SHOWN_PIXELS, 1)
    depth, normal = seen.depth[::step, ::step], seen.normal[::step, ::step]
    solid = np.isfinite(depth)
    nearest = float(depth[solid].min()) if solid.any() else 0.0
    near = np.where(solid, np.exp(-(np.where(solid, depth, nearest) - nearest) / radius), 0)
    grey = np.repeat((near * 255).astype(np.uint8)[..., None], 3, -1)
    facing = ((normal * 0.5 + 0.5) * 255 * solid[..., None]).astype(np.uint8)
    return np.concatenate((tone_map(np.ascontiguousarray(seen.light[::step, ::step, :3])), grey, facing), 1)
