"""The address of a warehouse."""

import re

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = {"postgresql", "postgresql+psycopg", "sqlite", "sqlite+pysqlite"}
FORMS = "postgresql+psycopg://user:password@host/database, sqlite:////absolute/file.db or bigquery://project/dataset"

# https://cloud.google.com/bigquery/docs/datasets#dataset-naming; a project may be of a domain ("example.com:project").
_BIGQUERY = re.compile(r"bigquery://(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{1,61}[a-z0-9]/\w{1,1024}", re.ASCII)


def problem_with_url(url: str) -> str | None:
    """What is wrong with an address, without repeating it; None when nothing is."""
    if url.startswith("bigquery:"):
        return None if _BIGQUERY.fullmatch(url) else "a BigQuery warehouse is bigquery://project/dataset"
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        return f"this is no database url; give {FORMS}"
    if address.drivername not in DRIVERS:
        return f"a warehouse in {address.drivername!r} is not known; give {FORMS}"
    if address.query.get("uri"):
        return "SQLite's own file: urls are not supported; give the path, as in sqlite:////absolute/file.db"
    return None if address.database else f"the url names no database; give {FORMS}"


def with_driver(url: str) -> str:
    """The url with the driver that is installed where it names none: SQLAlchemy 2.0 would look for psycopg2."""
    address = make_url(url)
    if address.drivername != "postgresql":
        return url
    return address.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
