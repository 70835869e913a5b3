"""What makes two publications the same."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import orjson


def rows_digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 (hex) of rows that `checked_rows` gave, whatever their order."""
    option = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z
    each = sorted(hashlib.sha256(orjson.dumps(row, option=option)).digest() for row in rows)
    return hashlib.sha256(b"".join(each)).hexdigest()
