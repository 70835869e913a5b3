"""The pictures that a request starts from: fetched, checked, decoded."""

from pathlib import Path
from tempfile import TemporaryDirectory

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.source import fetch
from models.drawing import Pixels

MAX_BYTES = 64 * 2**20


class StartPictureError(ValueError):
    """The file is no picture that can be started from; the message names the request's field."""


@task(
    name="fetch-start-picture",
    description="The picture to start from, checked before it is decoded.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def fetch_picture(uri: str, field: str) -> Pixels:
    """The sRGB pixels of the file at a uri.

    Raises `StartPictureError` for a file that is no picture, `SourceError` for a uri that can't be read.
    """
    from models.image_file import PictureError, read_picture  # noqa: PLC0415 - Pillow where a picture is read

    with TemporaryDirectory(prefix="picture-") as folder:
        fetched = fetch(uri, Path(folder) / "picture", MAX_BYTES)
        try:
            return read_picture(fetched.path.read_bytes())
        except PictureError as error:
            raise StartPictureError(f"{field}: {error}") from error
