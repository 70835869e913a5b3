"""How far a drawing is, on its run's page: a bar, and an early look at the picture."""

import base64
import time
from collections.abc import Callable
from typing import Final, cast
from uuid import UUID

from prefect.artifacts import create_image_artifact, create_progress_artifact, update_progress_artifact

from models.drawing import Pixels

_EVERY: Final = 0.5  # seconds between two reports: a bar that moves, and an API that is left in peace
_PREVIEW_AT: Final = 0.35  # share of the steps after which there is something to see


class DrawingProgress:
    """Reports steps to the run's page. Told once a step; an `OnStep`."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._bar: UUID | None = None
        self._shown = time.monotonic()
        self._previewed = False

    def __call__(self, step: int, steps: int, early: Callable[[], Pixels]) -> None:
        """Report a step, where the last report is old enough; quick drawings need no bar."""
        now = time.monotonic()
        if now - self._shown < _EVERY and (self._bar is None or step < steps):
            return
        self._shown = now
        if self._bar is None:
            told = f"Drawing {self._what}"
            self._bar = cast("UUID", create_progress_artifact(0.0, key="image-progress", description=told))
        update_progress_artifact(self._bar, progress=100 * step / steps)
        if not self._previewed and step >= _PREVIEW_AT * steps:
            self._previewed = True
            create_image_artifact(_address(early()), key="image-preview", description="An early look, half-way.")


def _address(pixels: Pixels) -> str:
    """A small picture as a data address: nothing is stored of what is not finished."""
    from models.image_file import write_picture  # noqa: PLC0415 - drawing has begun, so its libraries are here

    return f"data:image/png;base64,{base64.b64encode(write_picture(pixels, 'png', '')).decode()}"
