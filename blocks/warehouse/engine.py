"""Connections to PostgreSQL and SQLite, one engine a process and URL."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url

SQLITE_WAIT_SECONDS = 60
CONNECT_SECONDS = 10

READING = {"reading": True}
"""Execution options of a connection that only reads: on SQLite it then waits for no writer."""


def engine_for(url: str) -> Engine:
    """The engine of a database in this process; a forked child gets one of its own.

    Raises OSError when the folder of a SQLite file cannot be made.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    return _engine(url, os.getpid())


@lru_cache(maxsize=16)
def _engine(url: str, _pid: int) -> Engine:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        arguments = {} if "connect_timeout" in address.query else {"connect_timeout": CONNECT_SECONDS}
        return create_engine(address, pool_pre_ping=True, pool_size=2, max_overflow=8, connect_args=arguments)
    # Opening a file costs little; a pooled connection would go on writing to one that has been deleted.
    kept = {} if address.database in {None, "", ":memory:"} else {"poolclass": NullPool}
    engine = create_engine(address, connect_args={"timeout": SQLITE_WAIT_SECONDS}, **kept)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Write-ahead logging lets readers go on while one writes; the driver must not begin transactions of its own.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another writes in between; so one that may
    # write takes the lock at the start and waits for it.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
