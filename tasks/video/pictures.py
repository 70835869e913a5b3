"""The pictures of a segment in light, from what they are drawn from to how they are encoded. One at a time."""

from collections.abc import Generator, Iterator
from contextlib import closing
from functools import lru_cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from blocks.asset_store import AssetStore
from tasks.video.job import ClipSource, FieldSource, VideoJob
from tasks.video.loading import LOADING
from tasks.video.plan import Part, VideoPlan
from tasks.video.resident_field import resident_field
from tasks.video.settings import VideoSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.radiance_field.camera import Camera
    from models.radiance_field.field import RadianceField
    from models.radiance_field.worlds.daylight import Daylight
    from models.upscaling import Network
    from models.upscaling.network import Filter

    Light = NDArray[np.float32]

_HARDLY_LARGER: Final = 1.5  # times: a network that works four-fold would take long for little


def pictures_of(job: VideoJob, part: Part) -> "Iterator[Light]":
    """Scene-linear (height, width, 3) in BT.709, 1 is diffuse white: the finished pictures of a part, in order.

    The same job and part give the same pictures in any process.

    Raises:
        BlockError: A field, a clip or a camera path can't be read.
    """
    if isinstance(job.source, FieldSource):
        pictures = enlarged(field_pictures(job.source, job.plan, part.first, part.end), job.plan)
    else:
        pictures = _retimed(job.source, job.plan, part)
    return _graded(pictures, job.style)


def field_pictures(source: FieldSource, plan: VideoPlan, first: int, end: int, step: int = 1) -> "Iterator[Light]":
    """Pictures as the field draws them, at its size: each the mean of what the cameras of its shot see."""
    import numpy as np  # noqa: PLC0415 - arrays where pictures are

    from models.radiance_field.paths import cameras  # noqa: PLC0415 - scipy

    field, _ = resident_field(source.scene, source.version)
    file = None
    if source.move.file is not None:
        with AssetStore.default().open(source.move.file) as stream:
            file = stream.read()
    path = source.move.path(source.centre, source.radius, source.seed, file)
    sky = _sky(source.sky_of, source.seed) if source.sky_of is not None else None
    for shot in islice(cameras(path, plan.frames, plan.drawn_width, plan.drawn_height), first, end, step):
        total = _seen(field, shot.cameras[0], sky)
        for camera in shot.cameras[1:]:
            total += _seen(field, camera, sky)
        yield total / np.float32(len(shot.cameras))


def _seen(field: "RadianceField", camera: "Camera", sky: "Daylight | None") -> "Light":
    """What a camera sees of a field, before the sky of its world or before black."""
    from models.radiance_field.field import render  # noqa: PLC0415 - torch takes seconds to import

    light = render(field, camera).light
    if sky is None:
        return light[..., :3]
    _, directions = camera.rays()
    behind = sky.sky(directions.reshape(-1, 3)).reshape(light[..., :3].shape)
    seen: Light = light[..., :3] + (1 - light[..., 3:]) * behind
    return seen


@lru_cache(maxsize=4)
def _sky(prompt: str, seed: int) -> "Daylight":
    from models.radiance_field.worlds import world_from_prompt  # noqa: PLC0415 - numpy where pictures are

    light: Daylight = world_from_prompt(prompt, seed).world.light
    return light


def clip_pictures(source: ClipSource, first: int, end: int) -> "Generator[Light, None, None]":
    """Pictures of the drawn clip."""
    from models.clip_file import read_clip  # noqa: PLC0415 - loaded where video is read

    with TemporaryDirectory(prefix="clip-") as folder:
        file = Path(folder) / "clip.mkv"
        AssetStore.default().download(source.uri, file)
        yield from read_clip(file, first, end)


def _retimed(source: ClipSource, plan: VideoPlan, part: Part) -> "Iterator[Light]":
    """Enlarged, and those between that the clip has not."""
    from models.interpolation import Retiming, interpolate  # noqa: PLC0415 - OpenCV where pictures move

    retiming = Retiming(plan.drawn_rate, plan.rate, plan.drawn_frames)
    needed = retiming.needed(part.first, part.end)
    # Closed here: what lies between pictures asks for no more of them than it needs, and the clip is a file.
    with closing(clip_pictures(source, needed.start, needed.stop)) as drawn:
        yield from interpolate(enlarged(drawn, plan), retiming, part.first, part.end, frozenset(source.cuts))


def enlarged(pictures: "Iterator[Light]", plan: VideoPlan) -> "Iterator[Light]":
    """At the size of the video: by a network where that is well beyond what is drawn, else resampled."""
    from models.upscaling import upscaled  # noqa: PLC0415 - torch takes seconds to import

    factor = max(plan.width / plan.drawn_width, plan.height / plan.drawn_height)
    settings = VideoSettings()
    with LOADING:
        how: Network | Filter = _network(settings.upscaler, settings.on) if factor > _HARDLY_LARGER else "lanczos"
    return upscaled(pictures, plan.width, plan.height, how)


@lru_cache(maxsize=1)
def _network(weights: Path | None, device: str) -> "Network":
    from models.upscaling import own_network, real_esrgan  # noqa: PLC0415 - torch takes seconds to import

    return own_network(device=device) if weights is None else real_esrgan(weights, device=device)


def _graded(pictures: "Iterator[Light]", name: str | None) -> "Iterator[Light]":
    if name is None:
        return pictures
    from models.grading import grade_of, graded  # noqa: PLC0415 - numpy where pictures are
    from models.styles import style  # noqa: PLC0415 - as above

    return graded(pictures, grade_of(style(name)))
