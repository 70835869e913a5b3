"""What the scorer answers instead of verdicts."""

from collections.abc import Mapping
from typing import Any


class ScoringProblem(Exception):
    """A refusal with its HTTP status, kind and what to do about it; `retry_after` in seconds where waiting helps."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        retry_after: int | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.retry_after = retry_after
        self.extra = dict(extra or {})

    @property
    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {"kind": self.kind, "detail": self.detail, "retry_after": self.retry_after, "extra": self.extra}
