"""What a request's uri points at, fetched without letting it reach what it must not."""

from blocks.source.errors import SourceError, SourceRefused, SourceTooLarge, SourceUnavailable
from blocks.source.fetch import FetchedSource, Sources, fetch
from blocks.source.settings import SourceSettings
from blocks.source.uri import SourceUri

__all__ = [
    "FetchedSource",
    "SourceError",
    "SourceRefused",
    "SourceSettings",
    "SourceTooLarge",
    "SourceUnavailable",
    "SourceUri",
    "Sources",
    "fetch",
]
