"""Where a stack keeps things: one folder, described by one file while it runs."""

import hashlib
import tempfile
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from blocks.settings import Settings, get_settings

PROJECT = Path(__file__).resolve().parents[2]
UNIX_SOCKET_PATH_LIMIT = 100  # Linux allows 107 bytes, others a little less


class Layout:
    """Files and folders of the stack of one data folder."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or get_settings()
        self.home = self.settings.home

    @property
    def logs(self) -> Path:
        """One log file a program."""
        return self.home / "logs"

    @property
    def postgres(self) -> Path:
        """The embedded database."""
        return self.home / "postgres"

    @property
    def supervisor_configuration(self) -> Path:
        """What the supervisor keeps running."""
        return self.home / "supervisord.conf"

    @cached_property
    def supervisor_socket(self) -> Path:
        """Where the supervisor listens; in the temporary folder when the data folder's path is too long for it."""
        near = self.home / "supervisor.sock"
        if len(str(near)) <= UNIX_SOCKET_PATH_LIMIT:
            return near
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"aiflows-{digest}.sock"

    @property
    def description(self) -> Path:
        """`stack.json`: there while the stack is up."""
        return self.home / "stack.json"


class RunningStack(BaseModel):
    """What `stack.json` says, for people, scripts and `from flows import …`."""

    model_config = ConfigDict(frozen=True)

    gateway_url: str
    prefect_ui_url: str
    environment: dict[str, str]

    def save(self, layout: Layout) -> None:
        """Write the description; the owner alone can read it, as a database URL may hold a password."""
        layout.description.touch(mode=0o600)
        layout.description.write_text(self.model_dump_json(indent=2))

    @classmethod
    def read(cls, layout: Layout) -> "RunningStack | None":
        """The description of the stack on this data folder; None when it is not up."""
        try:
            return cls.model_validate_json(layout.description.read_text())
        except FileNotFoundError:
            return None
