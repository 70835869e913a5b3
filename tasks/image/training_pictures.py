"""Pictures to learn from: fetched, checked, cut to one square size."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.source import fetch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.drawing import Pixels

MAX_BYTES: Final = 2 * 2**30


class TrainingPicturesError(ValueError):
    """The files are no pictures that can be learnt from; the message says which and why."""


@task(
    name="fetch-training-pictures",
    description="Pictures, or zip archives of pictures, checked before they are decoded, cut to one square size.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def fetch_training_pictures(uris: Sequence[str], side: int, least: int, most: int) -> "NDArray[np.uint8]":
    """(n, side, side, 3) sRGB: the middle of each picture of the files at these uris.

    Raises `TrainingPicturesError` for files that hold none, fewer than `least` or more than `most`, `SourceError` for a
    uri that can't be read.
    """
    import numpy as np  # noqa: PLC0415 - arrays where pictures are

    found: list[NDArray[np.uint8]] = []
    for number, uri in enumerate(uris, 1):
        for picture in _pictures(uri, number, most):
            found.append(_square(picture, side))
            if len(found) > most:
                raise TrainingPicturesError(f"there are more than {most:,} pictures")
    if len(found) < least:
        raise TrainingPicturesError(f"{len(found)} pictures are too few; give at least {least}")
    return np.stack(found)


def _pictures(uri: str, number: int, most: int) -> "Iterator[Pixels]":
    from models.image_file import PictureError, read_archive, read_picture  # noqa: PLC0415 - Pillow where it is needed

    with TemporaryDirectory(prefix="pictures-") as folder:
        fetched = fetch(uri, Path(folder) / "file", MAX_BYTES)
        with fetched.path.open("rb") as stream:
            is_archive = stream.read(4) == b"PK\x03\x04"
        try:
            if is_archive:
                yield from read_archive(fetched.path, most)
            else:
                yield read_picture(fetched.path.read_bytes())
        except PictureError as error:
            raise TrainingPicturesError(f"file {number}: {error}") from error


def _square(picture: "Pixels", side: int) -> "NDArray[np.uint8]":
    """The middle of a picture, as large as asked for."""
    import numpy as np  # noqa: PLC0415 - as above
    from PIL import Image  # noqa: PLC0415 - as above

    height, width = picture.shape[:2]
    edge = min(height, width)
    top, left = (height - edge) // 2, (width - edge) // 2
    square = Image.fromarray(picture[top : top + edge, left : left + edge])
    return np.asarray(square.resize((side, side), Image.Resampling.LANCZOS), np.uint8)
