"""How many pictures of a video are done, on its run's page; told from several threads."""

import time
from threading import Lock
from typing import Final, cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

_EVERY: Final = 1.0  # seconds between two reports


class PictureProgress:
    """A bar that moves with every picture. An `OnPicture`."""

    def __init__(self, pictures: int, what: str) -> None:
        self._pictures, self._what, self._done = pictures, what, 0
        self._lock, self._told = Lock(), time.monotonic()
        self._bar = cast("UUID", create_progress_artifact(0.0, key="video-progress", description=what))

    def __call__(self, count: int = 1) -> None:
        """Count pictures, and report where the last report is old enough."""
        with self._lock:
            self._done += count
            now = time.monotonic()
            if now - self._told < _EVERY and self._done < self._pictures:
                return
            self._told = now
            told = f"{self._what}: {min(self._done, self._pictures):,} of {self._pictures:,} pictures"
            share = 100 * min(self._done / self._pictures, 1.0)
            update_progress_artifact(self._bar, progress=share, description=told)
