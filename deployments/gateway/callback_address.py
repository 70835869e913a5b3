"""Where callbacks may go: public https addresses alone."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("not a web address") from None
    if not parts.hostname or port == 0:
        raise ValueError("the address names no host")
    if parts.username or parts.password:
        raise ValueError("the address may not hold a user name or password")
    return url


CallbackUrl = Annotated[
    str,
    Field(max_length=2000, pattern=r"^https?://[!-~]+$", json_schema_extra={"format": "uri"}),
    AfterValidator(_checked),
]
