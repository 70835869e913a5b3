"""What to give up, one after another, when the memory does not suffice."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import torch

from models.diffusion.loading import Pipelines

Result = TypeVar("Result")

_RUNGS: Final = (
    "the decoder works in tiles",
    "networks wait in main memory until they are needed",
    "layers wait in main memory until they are needed",
)


class MemoryLadder:
    """Runs work again with less memory after each failure, and remembers how far down it went.

    Attributes:
        notes: A line for each rung that was taken; they stay for the pictures after, as the settings do.
    """

    def __init__(self, pipelines: Pipelines) -> None:
        self._pipelines = pipelines
        self._next = 0
        self.notes: list[str] = []

    def run(self, work: Callable[[], Result]) -> Result:
        """The work's result.

        Raises:
            torch.OutOfMemoryError: There is nothing left to give up.
        """
        while True:
            try:
                return work()
            except torch.OutOfMemoryError:
                if not self._step_down():
                    raise

    def _step_down(self) -> bool:
        """Give up the next thing; whether there was one."""
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        # Without a GPU there is no other memory to wait in.
        if self._next >= (1 if self._pipelines.device == "cpu" else len(_RUNGS)):
            return False
        for pipeline in filter(None, (self._pipelines.base, self._pipelines.refiner)):
            self._give_up(pipeline)
        self.notes.append(f"Memory did not suffice: {_RUNGS[self._next]} now.")
        self._next += 1
        return True

    def _give_up(self, pipeline: Any) -> None:
        if self._next == 0:
            pipeline.vae.enable_tiling()
            pipeline.vae.enable_slicing()
            return
        pipeline.remove_all_hooks()
        if self._next == 1:
            pipeline.enable_model_cpu_offload(device=self._pipelines.device)
        else:
            pipeline.to("cpu")
            pipeline.enable_sequential_cpu_offload(device=self._pipelines.device)
