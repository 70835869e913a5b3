"""A camera path in a file: fetched and checked once, then read from the asset store by whoever draws."""

import hashlib
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from blocks.asset_store import AssetConflict, AssetStore
from blocks.source import fetch
from tasks.video.camera_move import CameraMove
from tasks.video.job import WORK

MAX_BYTES: Final = 64 * 2**20


def with_file_kept(move: CameraMove) -> CameraMove:
    """The move with its file in the asset store, under its digest; one without a file as it is.

    Raises:
        BrokenPath: The file is no camera path.
        SourceError: It can't be read.
    """
    if move.file is None:
        return move
    from models.radiance_field.paths import read_nerfstudio  # noqa: PLC0415 - scipy

    with TemporaryDirectory(prefix="camera-") as folder:
        text = fetch(move.file, Path(folder) / "path.json", MAX_BYTES).path.read_bytes()
    read_nerfstudio(text).as_path()
    store, path = AssetStore.default(), f"{WORK}/camera-{hashlib.sha256(text).hexdigest()[:32]}.json"
    if not store.exists(path):
        with suppress(AssetConflict):
            store.put(path, text, "application/json")
    return move.model_copy(update={"file": store.stat(path).uri})
