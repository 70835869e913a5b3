"""Pictures of a scene with their cameras: of a capture that someone made, or of a world of our own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.source import fetch
from models.radiance_field.captures.archive import unpack_capture
from models.radiance_field.captures.capture import BrokenCapture, Capture
from models.radiance_field.captures.reading import read_capture

if TYPE_CHECKING:
    from models.radiance_field.picture import Picture

MAX_BYTES: Final = 4 * 2**30
_EVERY_NTH_HELD_OUT: Final = 8  # as in LLFF and mip-NeRF 360, where a capture names no views to be judged by
_LEAST: Final = 3


class CaptureError(ValueError):
    """The file is no capture that can be learnt from; the message says why."""


@contextmanager
def opened_capture(archive: Path) -> Iterator[Capture]:
    """The capture in a zip archive, while it is unpacked.

    Raises:
        CaptureError: It holds none.
    """
    with TemporaryDirectory(prefix="capture-") as folder:
        try:
            unpack_capture(archive, Path(folder))
            yield read_capture(Path(folder))
        except BrokenCapture as error:
            raise CaptureError(str(error)) from error


@task(
    name="fetch-capture",
    description="The pictures of a capture and where their cameras stood, checked before they are decoded.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def fetch_capture(uri: str, longest: int) -> "Mapping[str, Sequence[Picture]]":
    """Pictures by split; where the capture has none to be judged by, every eighth.

    Args:
        longest: Pixels of a picture's longer side at most; larger ones are made smaller.

    Raises:
        CaptureError: The file is no capture.
        SourceError: The uri can't be read.
    """
    from models.radiance_field.captures import pictures  # noqa: PLC0415 - Pillow where pictures are read

    with TemporaryDirectory(prefix="capture-") as folder:
        fetched = fetch(uri, Path(folder) / "capture.zip", MAX_BYTES)
        with opened_capture(fetched.path) as capture:
            try:
                read = pictures(capture, longest)
            except BrokenCapture as error:
                raise CaptureError(str(error)) from error
    learnt_from = read["train"]
    if len(learnt_from) < _LEAST:
        raise CaptureError(f"{len(learnt_from)} pictures to learn from are too few; give at least {_LEAST}")
    if read["val"] or read["test"] or len(learnt_from) < _EVERY_NTH_HELD_OUT:
        return {"train": learnt_from, "val": read["val"], "test": read["test"]}
    held_out = learnt_from[::_EVERY_NTH_HELD_OUT]
    return {"train": [each for each in learnt_from if each not in held_out], "test": held_out}


@task(
    name="photograph-world",
    description="Views of the project's own ray-traced world, in light, to learn it from and to be judged by.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def photograph_world(prompt: str, seed: int, views: int, side: int) -> "Mapping[str, Sequence[Picture]]":
    """Pictures by split of the world that a prompt names."""
    from models.radiance_field.worlds import photograph, viewpoints, world_from_prompt  # noqa: PLC0415 - numpy

    world = world_from_prompt(prompt, seed).world.cut_out()
    held_out = viewpoints(world, max(views // _EVERY_NTH_HELD_OUT, 2), side, held_out=True)
    return {"train": photograph(world, viewpoints(world, views, side)), "test": photograph(world, held_out)}
