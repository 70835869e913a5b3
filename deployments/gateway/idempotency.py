"""Idempotency keys (draft-ietf-httpapi-idempotency-key-header): a repeat returns the same run."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from deployments.gateway.problems import Problem, invalid

MAX_LENGTH = 255


def run_key(given: str | None, owner: str, flow: str) -> str:
    """The key under which Prefect stores a run: the caller's, apart from every other caller's and deployment's.

    Without one a key is made, so that a retry within the request can't double the run.

    Raises:
        Problem: 422, the key is empty, too long, or not printable ASCII.
    """
    if given is None:
        return f"gateway-{uuid4()}"
    key = given[1:-1] if len(given) > 1 and given[0] == given[-1] == '"' else given
    if not key or len(key) > MAX_LENGTH or not (key.isascii() and key.isprintable()):
        raise invalid("Idempotency-Key:", f"1 to {MAX_LENGTH} printable ASCII characters", max_length=MAX_LENGTH)
    return "gateway-" + hashlib.sha256(json.dumps([owner, flow, key]).encode()).hexdigest()


def body_digest(body: Mapping[str, Any]) -> str:
    """Digest of what was asked for, the same for equal bodies whatever the order of their fields."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def refuse_other_body(stored: object, digest: str) -> None:
    """Refuse a key that was used with another body.

    Raises:
        Problem: 422, as the draft has it.
    """
    if stored != digest:
        raise Problem(
            422,
            "This Idempotency-Key was used with another body. Use a new key for a new request.",
            kind="idempotency-key-reused",
        )
