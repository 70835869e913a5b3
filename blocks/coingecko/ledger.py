"""The file that all processes of a machine share: which calls were made, and what was answered."""

import sqlite3
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
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(TABLES)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
