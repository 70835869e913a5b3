"""What the gateway says of runs and files."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Links(BaseModel):
    """A run's addresses."""

    model_config = ConfigDict(frozen=True)

    self: str
    result: str
    events: str
    ui: str


class Run(BaseModel):
    """A run; fields below `links` are there when it was asked for by id or in a list."""

    model_config = ConfigDict(frozen=True)

    run_id: UUID
    capability: str | None
    state: str
    links: Links
    flow: str | None = None
    name: str | None = None
    state_name: str | None = None
    is_final: bool = False
    message: str | None = None
    progress: float | None = None
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
