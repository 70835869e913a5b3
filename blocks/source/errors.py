"""What can go wrong with a source; no message repeats the query of an address, where signatures stand."""

from urllib.parse import urlsplit

from blocks.block_error import BlockError


class SourceError(BlockError):
    """The source could not be had."""


class SourceRefused(SourceError):
    """The uri points where requests must not reach."""


class SourceTooLarge(SourceError):
    """More bytes than this use allows."""


class SourceUnavailable(SourceError):
    """It is not there, or its host does not answer."""


def shown(uri: str) -> str:
    """`uri` as it may stand in messages and logs."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:200]
