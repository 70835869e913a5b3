"""Technologies with the versions that applications are made for."""

import json
from functools import lru_cache
from pathlib import Path

from factory_flows.specification.naming import words
from factory_flows.specification.specification import Specification


@lru_cache
def version(technology: str) -> str:
    """The version of a framework or of the database, by its value in the stack."""
    versions: dict[str, str] = json.loads(Path(__file__).with_name("versions.json").read_text("utf-8"))
    return versions[technology]


def backend(specification: Specification) -> str:
    """`FastAPI 0.165.0`."""
    return _named(specification.stack.backend)


def frontend(specification: Specification) -> str:
    """`React 19.3.1`.

    Raises:
        ValueError: There are no pages.
    """
    if specification.stack.frontend is None:
        raise ValueError(f"{specification.slug} has no pages, and so no framework for them")
    return _named(specification.stack.frontend)


def database() -> str:
    """The database of the deployed application; on a developer's machine it is a file of SQLite."""
    return f"PostgreSQL {version('postgresql')}"


def technologies(specification: Specification) -> dict[str, str]:
    """Duty -> technology."""
    stack, names = specification.stack, words("technologies.json")["names"]
    chosen = {"backend": backend(specification)}
    if stack.frontend:
        chosen["frontend"] = frontend(specification)
    chosen |= {"database": database(), "development database": "SQLite", "tests": names[stack.qa]}
    if stack.infrastructure:
        chosen["infrastructure"] = ", ".join(names[each] for each in stack.infrastructure)
    if specification.guards.auth:
        chosen["sign-in"] = "JSON Web Tokens, passwords hashed with Argon2"
    return chosen


def _named(technology: str) -> str:
    return f"{words('technologies.json')['names'][technology]} {version(technology)}"
