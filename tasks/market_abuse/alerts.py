"""Alerts for what was found in trading."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from blocks.alert_store import AlertSignal
from models.market_abuse.finding import Finding
from tasks.alerts import raise_signals, source_of
from tasks.market_abuse.assessment import Assessment
from tasks.market_abuse.provenance import moment
from tasks.market_abuse.trading import Trading
from tasks.run import run_id

MOST_EDGES: Final = 60
NAMED: Final = 4
UNNAMED: Final = re.compile(r"row \d+")
"""What the reader of accounts calls an account without a name."""


@task(
    name="raise-market-alerts",
    description="Findings join the queue of alerts, one open alert for the same accounts or market.",
    persist_result=False,
    cache_policy=NO_CACHE,
    retries=3,
    retry_delay_seconds=1,
)
def raise_market_alerts(trading: Trading, assessment: Assessment) -> list[str]:
    """Ids of alerts that are new or have grown; a finding that was raised before changes nothing, in whichever file.

    Raises `BlockError` when the store is away.
    """
    return raise_signals(_signals(trading, assessment))


def _signals(trading: Trading, assessment: Assessment) -> Iterator[AlertSignal]:
    run = run_id()
    for place, found in enumerate(assessment.findings):
        seen = datetime.now(UTC) if found.last is None else moment(found.last)
        yield AlertSignal(
            kind="trading",
            source=source_of(found.kind, found.symbol, _who(found, trading), found.first, found.last),
            subject=_subject(found, trading),
            title=f"{found.kind.replace('_', ' ')}: {found.reasons[0] if found.reasons else 'see the evidence'}",
            score=found.score,
            seen_at=seen,
            evidence={
                "kind": found.kind,
                "time": seen.isoformat(),
                "reasons": list(found.reasons),
                "accounts": list(found.accounts[:MOST_EDGES]),
                "edges": _edges(trading, assessment, place),
                "symbol": found.symbol,
                "events": found.events,
                "volume": found.volume,
                "run_id": run,
            },
        )


def _who(found: Finding, trading: Trading) -> list[str]:
    """The accounts; one that its file gives no name is another one in every file."""
    if trading.subject != "accounts":
        return sorted(found.accounts)
    return [f"{name} of file {trading.sha256[:8]}" if UNNAMED.fullmatch(name) else name for name in found.accounts]


def _subject(found: Finding, trading: Trading) -> str:
    if not found.accounts:
        return f"market {found.symbol or trading.symbol or 'not named'}"
    named = _who(found, trading)
    rest = f" and {len(named) - NAMED} more ({source_of(*named)[:8]})" if len(named) > NAMED else ""
    return f"account{'' if len(named) == 1 else 's'} {', '.join(named[:NAMED])}{rest}"


def _edges(trading: Trading, assessment: Assessment, place: int) -> list[list[Any]]:
    """Who sold to whom, and how much in all, the largest first; nothing where trades name no accounts."""
    trades = trading.trades
    if trades is None or not assessment.findings[place].accounts:
        return []
    sold: dict[tuple[str, str], float] = {}
    for row in assessment.members[place].tolist():
        pair = (trades.accounts[trades.seller[row]], trades.accounts[trades.buyer[row]])
        sold[pair] = sold.get(pair, 0.0) + float(trades.units[row])
    largest = sorted(sold.items(), key=lambda item: -item[1])[:MOST_EDGES]
    return [[giver, taker, round(amount, 8)] for (giver, taker), amount in largest]
