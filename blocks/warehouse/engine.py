"""Connections to PostgreSQL and SQLite, one engine a process and URL."""

import atexit
import os
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url

SQLITE_WAIT_SECONDS = 60
CONNECT_SECONDS = 10
KEPT = 16

READING = {"reading": True}
"""Execution options of a connection that only reads: on SQLite it then waits for no writer."""

_engines: dict[str, Engine] = {}
_lock = threading.Lock()


def engine_for(url: str) -> Engine:
    """The engine of a database in this process; a forked child connects anew.

    Raises OSError when the folder of a SQLite file cannot be made.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    with _lock:
        engine = _engines[url] = _engines.pop(url) if url in _engines else _create(url)  # what is used last stands last
        if len(_engines) > KEPT:
            _engines.pop(next(iter(_engines))).dispose()
    return engine


def _create(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        arguments = {} if "connect_timeout" in address.query else {"connect_timeout": CONNECT_SECONDS}
        return create_engine(address, pool_pre_ping=True, pool_size=2, max_overflow=8, connect_args=arguments)
    # Opening a file costs little; a pooled connection would go on writing to one that has been deleted.
    engine = create_engine(address, connect_args={"timeout": SQLITE_WAIT_SECONDS}, poolclass=NullPool)
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


def _after_fork() -> None:
    _lock.release()
    for engine in _engines.values():
        engine.dispose(close=False)  # these connections are the parent's


@atexit.register
def _close() -> None:
    for engine in _engines.values():
        engine.dispose()


os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_after_fork)
