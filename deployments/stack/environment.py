"""The environment that every program of a stack, and every flow called beside it, runs in."""

import os
from dataclasses import dataclass

import sqlalchemy as sa

from deployments.stack.errors import StackError
from deployments.stack.layout import Layout
from deployments.stack.postgres import EmbeddedPostgres


@dataclass(frozen=True)
class Databases:
    """SQLAlchemy URLs of a stack's databases, passwords included."""

    prefect: str
    warehouse: str


def databases(layout: Layout) -> Databases:
    """The databases named by `DATABASE_URL`, or an embedded PostgreSQL, started when it does not run.

    Raises:
        StackError: `DATABASE_URL` is not a PostgreSQL URL.
    """
    named = layout.settings.database_url
    if named is None:
        server = EmbeddedPostgres(layout.postgres)
        server.start()
        prefect, warehouse = server.url("prefect"), server.url("warehouse")
    else:
        prefect = warehouse = named.get_secret_value()
    try:
        address = sa.make_url(prefect)
    except sa.exc.ArgumentError:
        raise StackError("DATABASE_URL is not a URL. Use postgresql://user:password@host/database.") from None
    if address.get_backend_name() != "postgresql":
        raise StackError(
            f"DATABASE_URL names {address.get_backend_name()}, but Prefect's server needs PostgreSQL to answer "
            "concurrent requests. Use postgresql://user:password@host/database, or unset it for the embedded one."
        )
    return Databases(prefect=_with_driver(prefect, "asyncpg"), warehouse=_with_driver(warehouse, "psycopg"))


def _with_driver(url: str, driver: str) -> str:
    return sa.make_url(url).set(drivername=f"postgresql+{driver}").render_as_string(hide_password=False)


def client_environment(layout: Layout, warehouse_url: str) -> dict[str, str]:
    """What a flow needs to run on this stack, whichever process calls it."""
    settings = layout.settings
    return {
        "DATA_DIR": str(settings.home),
        "GATEWAY_PORT": str(settings.gateway_port),
        "PREFECT_SERVER_API_PORT": str(settings.prefect_server_api_port),
        "PREFECT_API_URL": f"http://127.0.0.1:{settings.prefect_server_api_port}/api",
        "PREFECT_HOME": str(settings.home / "prefect"),
        "PREFECT_LOCAL_STORAGE_PATH": str(settings.home / "results"),
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "true",
        "PREFECT_RESULTS_DEFAULT_SERIALIZER": "json",
        "WAREHOUSE_URL": warehouse_url,
    }


def server_environment(layout: Layout, prefect_database_url: str) -> dict[str, str]:
    """What Prefect's server alone needs."""
    return {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": prefect_database_url,
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_UI_API_URL": f"http://127.0.0.1:{layout.settings.prefect_server_api_port}/api",
        # The events table is what grows; two days suffice for automations and the run page.
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P2D",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # The default of 15 connections runs out under a burst of runs, and requests then wait for half a minute.
        "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE": "20",
        "PREFECT_SERVER_DATABASE_SQLALCHEMY_MAX_OVERFLOW": "20",
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    }


def inherited() -> dict[str, str]:
    """This process's environment without Prefect settings of the user's own, which may name another server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return kept | {"DO_NOT_TRACK": "1"}
