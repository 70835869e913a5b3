"""How much of a model has come, on its run's page."""

import time
from typing import Final, cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

_EVERY: Final = 2.0  # seconds between two reports


class FetchProgress:
    """Reports bytes to the run's page; what comes at once needs no bar."""

    def __init__(self, expected: int) -> None:
        self._expected = max(expected, 1)
        self._bar: UUID | None = None
        self._told = time.monotonic()

    def __call__(self, count: int) -> None:
        """Report how many bytes there are, where the last report is old enough."""
        now = time.monotonic()
        if now - self._told < _EVERY and (self._bar is None or count < self._expected):
            return
        self._told = now
        share, said = 100 * min(count / self._expected, 1), f"{count / 1e9:.2f} of {self._expected / 1e9:.2f} GB"
        if self._bar is None:
            self._bar = cast("UUID", create_progress_artifact(share, key="fetch-progress", description=said))
        else:
            update_progress_artifact(self._bar, progress=share, description=said)
