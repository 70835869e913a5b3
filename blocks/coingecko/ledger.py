"""The file that all processes of a machine share: which calls were made, and what was answered."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

WAIT_SECONDS: Final = 10.0
TABLES: Final = """
CREATE TABLE IF NOT EXISTS calls (account TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS calls_by_account ON calls (account, at);
CREATE TABLE IF NOT EXISTS pauses (account TEXT PRIMARY KEY, until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS answers (question TEXT PRIMARY KEY, body BLOB NOT NULL, expires REAL NOT NULL);
"""


@contextmanager
def transaction(file: Path) -> Iterator[sqlite3.Connection]:
    """A transaction that has the file to itself; other processes wait for it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
        _write_ahead(connection)
        connection.executescript(TABLES)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Readers and writers side by side. Where several open a new file at once, SQLite refuses here without waiting."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
