"""The pictures that a request starts from: looked at before it is accepted, so that a broken one is refused at once."""

from typing import Any, Final

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from blocks.asset_store import AssetNotFound, AssetStore
from deployments.gateway.problems import invalid
from deployments.gateway.source_access import strings
from tasks.image.start_picture import MAX_BYTES

FIELDS: Final = frozenset({"init_image", "mask_image"})


class StartPictures:
    """Decodes stored pictures, one at a time: unfolded, each can take hundreds of megabytes."""

    def __init__(self) -> None:
        self._turn = CapacityLimiter(1)

    async def check(self, request: Any) -> None:
        """Refuse a request that starts from a stored file which is no picture; those on the web wait for the run.

        Raises:
            Problem: 422, the file is something else, too large, cut off or damaged.
        """
        for pointer, uri in strings(request):
            if not uri.startswith("asset://") or pointer.rpartition("/")[2] not in FIELDS:
                continue
            if fault := await run_sync(_fault, uri, limiter=self._turn):
                raise invalid(pointer, fault)


def _fault(uri: str) -> str | None:
    """What is wrong with a stored picture; None where it can be started from."""
    from models.image_file import PictureError, check_picture  # noqa: PLC0415 - Pillow where a picture is read

    store = AssetStore.default()
    try:
        if (size := store.stat(uri).bytes) > MAX_BYTES:
            return f"the file has {size:,} bytes; at most {MAX_BYTES:,} are read"
        with store.open(uri) as stream:
            check_picture(stream.read())
    except (AssetNotFound, PictureError) as error:
        return str(error)
    return None
