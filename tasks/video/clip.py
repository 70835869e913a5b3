"""The clip of a video model: drawn, brought into light, looked at for cuts, and kept for the segments."""

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal, cast
from uuid import UUID

from prefect import task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import AssetConflict, AssetNotFound, AssetStore
from tasks.one_thread import one_thread
from tasks.video.job import WORK
from tasks.video.resident import resident_video_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.clip import Clip

Transfer = Literal["srgb", "linear"]
_EVERY: Final = 0.5  # seconds between two reports


class KeptClip(BaseModel):
    """A clip in the asset store, in light."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    uri: str = Field(description="Where it is.")
    frames: int = Field(description="Its pictures.")
    cuts: tuple[int, ...] = Field(description="Those that begin a new scene.")
    brightest: float = Field(description="Its brightest light; 1 is diffuse white.")
    model: str = Field(description="What drew it.")
    model_version: str = Field(description="Its version.")
    weights_sha256: str | None = Field(description="Digest of its weights; null for a hosted model.")
    notes: tuple[str, ...] = Field(description="What the model did not follow, and what was done to its pictures.")


@dataclass(frozen=True, eq=False)
class DrawnFrames:
    """Pictures as a model gave them.

    Attributes:
        frames: (height, width, 3), one by one: sRGB from 0 to 1, or scene-linear light.
        notes: What of the ask the model does not follow.
    """

    frames: "Iterator[NDArray[np.float32]]"
    transfer: Transfer
    model: str
    model_version: str
    weights_sha256: str | None
    notes: tuple[str, ...] = ()


@task(
    name="draw-clip",
    description="The clip by a model in memory, step by step; one that was drawn before is taken up.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def draw_clip(model: str, clip: "Clip", fps: Fraction, *, bright: bool) -> KeptClip:
    """Draw, unless the same was drawn before.

    Args:
        fps: Pictures a second of the clip.
        bright: Whether light beyond white is wanted.

    Raises:
        DrawingRefused: The model cannot do what is asked.
        OSError: Its weights cannot be read.
        AssetStoreError: The store is away.
    """
    resident = resident_video_model(model)
    key = clip_key(model, resident.version, resident.weights_sha256, str(fps), bright, *said_of(clip))
    if (kept := find_clip(key)) is not None:
        return kept
    with one_thread():
        frames = resident.model.draw(clip, _Steps(f"{clip.frames} pictures with {model}"))
        plan = resident.model.plan(clip)
        drawn = DrawnFrames(
            frames, resident.transfer, model, resident.version, resident.weights_sha256, tuple(plan.notes)
        )
        return keep_clip(key, drawn, fps, bright=bright)


def clip_key(*what: object) -> str:
    """Where a clip of such parts is kept."""
    return f"{WORK}/clip-{hashlib.sha256(repr(what).encode()).hexdigest()[:32]}"


def find_clip(key: str) -> KeptClip | None:
    """The clip that is kept there. Raises `AssetStoreError`."""
    store = AssetStore.default()
    try:
        with store.open(f"{key}.json") as stream:
            kept = KeptClip.model_validate(json.load(stream))
    except AssetNotFound:
        return None
    return kept if store.exists(kept.uri) else None


def keep_clip(key: str, drawn: DrawnFrames, fps: Fraction, *, bright: bool) -> KeptClip:
    """Bring a model's pictures into light and keep them. They stream, from file to file.

    Raises:
        BrokenClip: There is none, or they differ in size.
        AssetStoreError: The store is away.
    """
    from models.clip_file import read_clip, write_clip  # noqa: PLC0415 - loaded where video is written
    from models.grading import join_tones, measure_tones, to_light, treatment  # noqa: PLC0415 - as above
    from models.scene_cuts import cuts_in  # noqa: PLC0415 - OpenCV where pictures are compared
    from models.video_file import measure_video  # noqa: PLC0415 - as above

    store = AssetStore.default()
    with TemporaryDirectory(prefix="clip-") as name:
        plain, light = Path(name) / "plain.mkv", Path(name) / "light.mkv"
        linear = drawn.frames if drawn.transfer == "linear" else to_light(map(_bytes, drawn.frames))
        count = write_clip(linear, plain, fps)
        cuts = tuple(cuts_in(read_clip(plain), 0, count, count))
        if drawn.transfer == "srgb" and bright:
            scenes = join_tones([measure_tones(map(_screen, read_clip(plain)), 0, cuts)], cuts)
            write_clip(to_light(map(_screen, read_clip(plain)), 0, scenes), light, fps)
        else:
            light = plain
        brightest = measure_video(read_clip(light), 0, cuts).brightest
        with suppress(AssetConflict):  # another run drew the same meanwhile
            store.put(f"{key}.mkv", light, "video/x-matroska")
    kept = KeptClip(
        uri=store.stat(f"{key}.mkv").uri,
        frames=count,
        cuts=cuts,
        brightest=brightest,
        model=drawn.model,
        model_version=drawn.model_version,
        weights_sha256=drawn.weights_sha256,
        notes=(*drawn.notes, treatment(drawn.transfer, bright).note),
    )
    with suppress(AssetConflict):
        store.put(f"{key}.json", kept.model_dump_json().encode(), "application/json")
    return kept


def _bytes(frame: "NDArray[np.float32]") -> "NDArray[np.uint8]":
    import numpy as np  # noqa: PLC0415 - arrays where pictures are

    return np.rint(np.clip(frame, 0, 1) * 255).astype(np.uint8)


def _screen(light: "NDArray[np.float32]") -> "NDArray[np.uint8]":
    """The picture that the light was read from: up to diffuse white nothing was lost."""
    import numpy as np  # noqa: PLC0415 - as above

    dark = np.clip(light, 0, 1)
    srgb = np.where(dark <= 0.0031308, dark * 12.92, 1.055 * np.maximum(dark, 0.0031308) ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(srgb * 255), np.uint8)


def said_of(clip: "Clip") -> tuple[object, ...]:
    """All that a clip's pictures depend on."""
    init = None if clip.init is None else hashlib.sha256(clip.init.tobytes()).hexdigest()
    return (
        clip.prompt,
        clip.negative_prompt,
        clip.width,
        clip.height,
        clip.frames,
        clip.seed,
        clip.steps,
        clip.guidance,
        init,
    )


class _Steps:
    """A bar of denoising steps on the run's page. An `OnStep`."""

    def __init__(self, what: str) -> None:
        self._what, self._told = what, time.monotonic()
        said = f"Drawing {what}"
        self._bar = cast("UUID", create_progress_artifact(0.0, key="clip-progress", description=said))

    def __call__(self, step: int, steps: int) -> None:
        now = time.monotonic()
        if now - self._told >= _EVERY or step == steps:
            self._told = now
            update_progress_artifact(self._bar, progress=100 * step / steps)
