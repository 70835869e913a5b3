"""Uris that requests may carry: asset://, gs:// and https://, checked in form."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from blocks.asset_store.path import checked_path, path_in_uri


def checked_uri(uri: str) -> str:
    """`uri` itself when its form is right; nothing is resolved or read. Raises `ValueError`."""
    if not uri.isascii() or any(character.isspace() or not character.isprintable() for character in uri):
        raise ValueError("must be percent-encoded ASCII without spaces")
    scheme = uri.partition("://")[0]
    if scheme == "asset":
        path_in_uri(uri)
    elif scheme == "gs":
        _check_bucket_uri(uri)
    elif scheme == "https":
        _check_https(uri)
    else:
        raise ValueError("must start with asset://, gs:// or https://")
    return uri


def _check_bucket_uri(uri: str) -> None:
    parts = urlsplit(uri)
    if not parts.netloc or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("must be gs://bucket/object")
    checked_path(parts.path.removeprefix("/"))


def _check_https(uri: str) -> None:
    parts = urlsplit(uri)
    if not parts.hostname:
        raise ValueError("must name a host")
    if "@" in parts.netloc or "\\" in uri:
        raise ValueError("must not hold a user, a password or a backslash")
    if parts.port == 0:  # reading it raises ValueError where it is no port at all
        raise ValueError("must name a port from 1 to 65535")


SourceUri = Annotated[
    str,
    Field(
        max_length=2048,
        pattern=r"^(asset|gs|https)://",
        description="asset:// (an upload or a run's file), gs:// (a configured bucket) or https:// (a public host).",
        examples=["asset://uploads/4f3c2b1a5d6e7f8091a2b3c4d5e6f708/candles.csv"],
    ),
    AfterValidator(checked_uri),
]
