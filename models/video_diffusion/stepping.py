"""Hearing of each step of a pipeline, of whatever family."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from models.clip import OnStep


class _Counter:
    """Stands where a pipeline's progress bar would."""

    def __init__(self, on_step: OnStep, steps: int) -> None:
        self._on_step, self._steps, self._done = on_step, steps, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def update(self, count: int = 1) -> None:
        self._done += count
        self._on_step(self._done, self._steps)


@contextmanager
def telling(pipeline: Any, on_step: OnStep) -> Iterator[None]:
    """Within this, `on_step` hears of the pipeline's steps, and what it raises comes out of the pipeline's call.

    Through the progress bar, which every pipeline has: HunyuanVideo 1.5 takes no callback (diffusers 0.42).
    """

    def progress_bar(iterable: Any = None, total: int | None = None) -> Any:
        return iter(iterable) if iterable is not None else _Counter(on_step, total or 0)

    pipeline.progress_bar = progress_bar
    try:
        yield
    finally:
        del pipeline.progress_bar
