"""Stretches of time: which are covered, which are missing."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Span(NamedTuple):
    """From `since` until just before `until`."""

    since: datetime
    until: datetime

    def blocks(self, length: timedelta) -> Iterator["Span"]:
        """The span in pieces of at most `length`, the oldest first."""
        since = self.since
        while since < self.until:
            until = min(since + length, self.until)
            yield Span(since, until)
            since = until


def union(spans: Iterable[Span]) -> list[Span]:
    """The same stretches in order, those that overlap or touch joined."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.since <= joined[-1].until:
            joined[-1] = Span(joined[-1].since, max(joined[-1].until, span.until))
        else:
            joined.append(span)
    return joined


def missing(wanted: Span, covered: Iterable[Span]) -> list[Span]:
    """The parts of `wanted` that none of `covered` covers, in order."""
    parts, since = [], wanted.since
    for span in union(covered):
        if span.until <= since:
            continue
        if span.since >= wanted.until:
            break
        if span.since > since:
            parts.append(Span(since, span.since))
        since = span.until
    if since < wanted.until:
        parts.append(Span(since, wanted.until))
    return parts


def floor_to(moment: datetime, step: timedelta) -> datetime:
    """The last multiple of `step` since 1970 that is not after `moment`."""
    return moment - (moment - EPOCH) % step
