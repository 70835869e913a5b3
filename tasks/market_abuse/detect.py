"""Applying the detectors."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from models.market_abuse.wash.rules import VERSION, WashRules
from tasks.market_abuse.assessment import Assessment
from tasks.market_abuse.judged_by import JudgedBy
from tasks.market_abuse.trading import Trading


@task(
    name="judge-trades",
    description="Wash trades where the trades name their accounts.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def judge_trades(trading: Trading, rules: WashRules) -> Assessment:
    """Findings in trades, the surest first."""
    from models.market_abuse.wash.findings import find_wash_trades  # noqa: PLC0415 - numpy where it is used

    trades = trading.trades
    assert trades is not None  # noqa: S101 - the flow loads trades for this step
    if not trades.has_accounts:
        return Assessment([], [], [JudgedBy(detector="wash_trading", version=None, applied=False, what=NO_ACCOUNTS)])
    findings, members = find_wash_trades(trades, rules)
    named = int(trades.named.sum())
    what = f"{named:,} of {len(trades):,} trades name buyer and seller, {len(trades.accounts):,} accounts in all"
    return Assessment(findings, members, [JudgedBy(detector="wash_trading", version=VERSION, applied=True, what=what)])


NO_ACCOUNTS = (
    "these trades name no accounts, so it can't be said who traded with whom; public trades of an exchange never do. "
    "Give the columns buyer and seller"
)
