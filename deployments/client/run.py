"""What the gateway says of runs and files."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

FINAL = {"Completed", "Failed", "Crashed", "Cancelled"}


class Links(BaseModel):
    """A run's addresses."""

    model_config = ConfigDict(frozen=True)

    self: str
    result: str
    events: str
    ui: str


class Run(BaseModel):
    """A run. Fields below `links` are there when it was asked for by id or in a list.

    `progress` is in percent, in a run asked for by id; `result` is there where a trigger waited for the end.
    """

    model_config = ConfigDict(frozen=True)

    run_id: UUID
    capability: str | None
    state: str
    links: Links
    flow: str | None = None
    name: str | None = None
    state_name: str | None = None
    is_final: bool = Field(default_factory=lambda run: run["state"] in FINAL)
    message: str | None = None
    progress: float | None = None
    priority: str | None = None
    owner: str | None = None
    parent_run_id: UUID | None = None
    created: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    result: Any = None


class RunEvent(BaseModel):
    """One thing that happened to a run: `kind` is state, progress, log or end, `data` what the gateway says of it."""

    model_config = ConfigDict(frozen=True)

    kind: str
    data: dict[str, Any]


class Asset(BaseModel):
    """A stored file."""

    model_config = ConfigDict(frozen=True)

    name: str
    uri: str
    media_type: str
    bytes: int
    sha256: str
    url: str
