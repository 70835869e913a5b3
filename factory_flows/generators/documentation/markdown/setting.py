"""What the environment decides, the same for every backend."""

from dataclasses import dataclass
from typing import Final

from factory_flows.specification.specification import Specification


@dataclass(frozen=True)
class Setting:
    """An environment variable; `default` is empty where it has none."""

    name: str
    default: str
    meaning: str


_ALWAYS: Final = (
    Setting(
        "DATABASE_URL",
        "sqlite:///data/app.db",
        "The database: a SQLite file, or PostgreSQL as postgresql://user:password@host:5432/name.",
    ),
    Setting("PORT", "8000", "The port that the server listens on."),
    Setting("CORS_ORIGINS", "", "Origins of pages that may call the API, separated by commas; none unless set."),
    Setting("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
)
_SIGN_IN: Final = (
    Setting("SECRET_KEY", "", "Signs the tokens: 32 characters or more. The server does not start without it."),
    Setting("ADMIN_EMAIL", "", "The first admin, whom the seed command creates."),
    Setting("ADMIN_PASSWORD", "", "The first admin's password; remove it from the environment afterwards."),
)


def settings(specification: Specification) -> tuple[Setting, ...]:
    """Those of the application, in the order of `specification.api`."""
    return _ALWAYS + (_SIGN_IN if specification.guards.auth else ())
