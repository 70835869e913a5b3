"""The captures that a request learns from: looked into before it is accepted; a broken one is refused at once."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from blocks.asset_store import AssetNotFound, AssetStore
from deployments.gateway.problems import invalid
from deployments.gateway.source_access import strings
from tasks.video.capture import CaptureError, opened_capture

FIELDS: Final = frozenset({"capture", "scene"})
_LOOKED_INTO: Final = 256 * 2**20  # bytes; larger ones would keep the caller waiting, and are looked at by the run


class StartCaptures:
    """Reads the poses of stored captures, one at a time: unpacked, each can take a disk's space."""

    def __init__(self) -> None:
        self._turn = CapacityLimiter(1)

    async def check(self, request: Any) -> None:
        """Refuse a request that learns from a stored file which is no capture; those on the web wait for the run.

        Raises:
            Problem: 422, the file is something else, damaged, or says no poses.
        """
        for pointer, uri in strings(request):
            if not uri.startswith("asset://") or pointer.rpartition("/")[2] not in FIELDS:
                continue
            if fault := await run_sync(_fault, uri, limiter=self._turn):
                raise invalid(pointer, fault)


def _fault(uri: str) -> str | None:
    """What is wrong with a stored capture; None where it can be learnt from, or is too large to look into here."""
    store = AssetStore.default()
    try:
        if store.stat(uri).bytes > _LOOKED_INTO:
            return None
        with TemporaryDirectory(prefix="capture-") as folder:
            file = Path(folder) / "capture.zip"
            store.download(uri, file)
            with opened_capture(file):
                return None
    except (AssetNotFound, CaptureError) as error:
        return str(error)
