"""How a warm worker behaves on this machine, from `WARM_…` environment variables."""

import os
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class WarmSettings(BaseSettings):
    """Settings of one worker process; a pool's or deployment's job variables say the rest."""

    model_config = SettingsConfigDict(env_prefix="WARM_", frozen=True)

    executors: int = Field(
        default_factory=lambda: max(2, os.cpu_count() or 1), ge=1, le=256, description="Runs at a time."
    )
    preload: str = Field(
        "", description="Modules imported once at start besides flows, by commas: xgboost,matplotlib.pyplot,talib."
    )
    start_method: Literal["forkserver", "spawn"] = Field(
        "forkserver",
        description=(
            "forkserver: a process that has imported everything forks each executor, so that a replacement is ready in "
            "a tenth of a second and imported code is shared memory. spawn: each executor imports for itself; for "
            "libraries that cannot be forked once imported."
        ),
    )
    recycle_runs: int = Field(200, ge=1, description="An executor is replaced after this many runs.")
    recycle_memory_mb: int = Field(2048, ge=64, description="… or when it holds more memory than this after a run.")
    cancel_grace_seconds: float = Field(
        5, gt=0, description="How long a cancelled run may clean up before its process is killed."
    )
    drain_seconds: float = Field(30, ge=0, description="How long runs may finish after SIGTERM before they move on.")
    sweep_seconds: float = Field(30, gt=0, description="How often runs of dead workers are looked for.")
    waiting_threads: int = Field(256, ge=1, description="Runs of lane `waiting` at a time; they share one process.")

    @property
    def preload_modules(self) -> list[str]:
        """Names in `preload`."""
        return [name.strip() for name in self.preload.split(",") if name.strip()]
