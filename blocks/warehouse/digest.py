"""What makes two publications the same."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any


def rows_digest(rows: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 of the rows whatever their order; the same moment in another time zone counts as the same."""
    lines = sorted(json.dumps(row, sort_keys=True, default=_plain, separators=(",", ":")) for row in rows)
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _plain(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
