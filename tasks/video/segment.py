"""One segment of a video: drawn, enlarged, graded and encoded, picture by picture, and kept."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.asset_store import AssetConflict, AssetNotFound, AssetStore
from tasks.video.job import VideoJob
from tasks.video.pictures import pictures_of
from tasks.video.plan import Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OnPicture = Callable[[], None]


class KeptSegment(BaseModel):
    """A segment in the asset store."""

    model_config = ConfigDict(frozen=True)

    number: int = Field(description="From 0.")
    uri: str = Field(description="Where it is.")
    frames: int = Field(description="Its pictures.")
    reused: bool = Field(description="Whether it was there already.")


@task(
    name="render-segment",
    task_run_name="segment-{part.number}",
    description="A segment's pictures, drawn and encoded; one that is there already is not made again.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=1,
    retry_delay_seconds=1,
)
def render_part(job: VideoJob, part: Part, threads: int, on_picture: OnPicture) -> KeptSegment:
    """Make a segment, or find it.

    Args:
        threads: Of the encoder.
        on_picture: Told after each picture.

    Raises:
        VideoError: The encoder cannot write it.
        AssetStoreError: The store is away.
    """
    from models.video_file import encode_segment  # noqa: PLC0415 - loaded where video is written

    store, path, plan = AssetStore.default(), job.path_of(part), job.plan
    with TemporaryDirectory(prefix="segment-") as folder:
        file = Path(folder) / "segment.mp4"
        if _is_kept(job, part, store, file):
            return KeptSegment(number=part.number, uri=store.stat(path).uri, frames=part.end - part.first, reused=True)
        encode_segment(
            _counted(pictures_of(job, part), on_picture),
            file,
            plan.format,
            part.first,
            total=plan.frames,
            brightest=job.brightest,
            cuts=job.cuts,
            threads=threads,
        )
        with suppress(AssetConflict):  # another run made the same segment meanwhile
            store.put(path, file, "video/mp4")
    return KeptSegment(number=part.number, uri=store.stat(path).uri, frames=part.end - part.first, reused=False)


def _is_kept(job: VideoJob, part: Part, store: AssetStore, file: Path) -> bool:
    """Whether the segment is in the store, whole and of this very video; what is anything else is removed."""
    from models.video_file import finished_segment  # noqa: PLC0415 - loaded where video is read

    path = job.path_of(part)
    try:
        store.download(path, file)
    except AssetNotFound:
        return False
    plan = job.plan
    if finished_segment(file, plan.format, part.first, plan.frames, brightest=job.brightest, cuts=job.cuts):
        return True
    file.unlink()
    with suppress(AssetNotFound):
        store.remove(path)
    return False


def _counted(pictures: "Iterator[NDArray[np.float32]]", on_picture: OnPicture) -> "Iterator[NDArray[np.float32]]":
    for picture in pictures:
        yield picture
        on_picture()
