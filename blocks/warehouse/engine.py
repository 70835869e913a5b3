"""Connections to PostgreSQL and SQLite, one pool a process and URL."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

SQLITE_WAIT_SECONDS = 60


def engine_for(url: str) -> Engine:
    """The engine of a database in this process; a forked child gets one of its own."""
    return _engine(url, os.getpid())


@lru_cache(maxsize=16)
def _engine(url: str, _pid: int) -> Engine:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True, pool_size=2, max_overflow=8)
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": SQLITE_WAIT_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Write-ahead logging lets readers go on while one writes; the driver must not begin transactions of its own.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another writes in between; so take the
    # write lock at the start and wait for it.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
