"""Applying the detectors."""

from typing import TYPE_CHECKING, Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from models.market_abuse.spoofing.rules import VERSION as SPOOFING_VERSION
from models.market_abuse.spoofing.rules import SpoofingRules
from models.market_abuse.wash.rules import VERSION, WashRules
from tasks.market_abuse.assessment import Assessment
from tasks.market_abuse.judged_by import JudgedBy
from tasks.market_abuse.trading import Trading

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.market_abuse.finding import Finding
    from models.market_abuse.trades import Trades

NO_ACCOUNTS: Final = (
    "these trades name no accounts, so it can't be said who traded with whom; public trades of an exchange never do. "
    "Give the columns buyer and seller"
)
Found = tuple[list["Finding"], list["NDArray[np.intp]"], JudgedBy]


@task(
    name="judge-trades",
    description="Wash trades where the trades name their accounts; pumps and dumps in price, value and orders.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def judge_trades(trading: Trading, rules: WashRules) -> Assessment:
    """Findings in trades, the surest first."""
    trades = trading.trades
    assert trades is not None  # noqa: S101 - the flow loads trades for this step
    washed, places, by_wash = _wash(trades, rules)
    pumped, others, by_pump = _pumps(trades)
    findings, members = [*washed, *pumped], [*places, *others]
    order = sorted(range(len(findings)), key=lambda place: -findings[place].score)
    return Assessment([findings[place] for place in order], [members[place] for place in order], [by_wash, by_pump])


def _wash(trades: "Trades", rules: WashRules) -> Found:
    if not trades.has_accounts:
        return [], [], JudgedBy(detector="wash_trading", version=None, applied=False, what=NO_ACCOUNTS)
    from models.market_abuse.wash.findings import find_wash_trades  # noqa: PLC0415 - numpy where it is used

    findings, members = find_wash_trades(trades, rules)
    what = (
        f"{int(trades.named.sum()):,} of {len(trades):,} trades name buyer and seller, of "
        f"{len(trades.accounts):,} accounts"
    )
    return findings, members, JudgedBy(detector="wash_trading", version=VERSION, applied=True, what=what)


def _pumps(trades: "Trades") -> Found:
    from models.market_abuse.pumps.findings import find_pumps  # noqa: PLC0415 - numpy where it is used
    from models.market_abuse.pumps.signal import LEAST_BEFORE  # noqa: PLC0415
    from models.market_abuse.pumps.thresholds import shipped_thresholds  # noqa: PLC0415

    card = shipped_thresholds()
    span = float(trades.time[-1] - trades.time[0]) / 1e6
    least = LEAST_BEFORE * card.variants["25s"].seconds
    if span < least:
        what = f"the trades span {span:,.0f} s; at least {least:,} s are needed to know what is usual"
        return [], [], JudgedBy(detector="pump_and_dump", version=None, applied=False, what=what)
    findings, members, left_out = find_pumps(trades, card)
    parts = ["bars of 25 s"]
    hours = LEAST_BEFORE * card.variants["1h"].seconds
    parts.append("bars of an hour" if span >= hours else f"not by the hour, which needs {hours // 3600} hours")
    if not bool((trades.side != 0).any()):
        parts.append("without rush orders: the trades do not tell which side took")
    what = "; ".join([*parts, *left_out])
    return findings, members, JudgedBy(detector="pump_and_dump", version=card.version, applied=True, what=what)


@task(
    name="judge-market",
    description="Pumps and dumps in hourly candles of an exchange.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def judge_market(trading: Trading) -> Assessment:
    """Findings in an exchange's candles, the surest first."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.market_abuse.pumps.alarms import find_alarms  # noqa: PLC0415
    from models.market_abuse.pumps.findings import pump_finding  # noqa: PLC0415
    from models.market_abuse.pumps.thresholds import shipped_thresholds  # noqa: PLC0415

    bars, card = trading.bars, shipped_thresholds()
    assert bars is not None  # noqa: S101 - the flow loads candles for this step
    alarms = find_alarms(bars, card.variants["1h"])
    findings = [pump_finding(bars, alarm, "1h", card, trading.symbol) for alarm in alarms]
    findings.sort(key=lambda finding: -finding.score)
    what = f"{len(bars):,} candles of an hour, by value and price; candles tell no orders"
    return Assessment(
        findings,
        [np.empty(0, np.intp) for _ in findings],
        [
            JudgedBy(detector="wash_trading", version=None, applied=False, what="public data of an exchange names no "
                     "accounts: who traded with whom, and so wash trading, can't be judged from it"),
            JudgedBy(detector="pump_and_dump", version=card.version, applied=True, what=what),
        ],
    )  # fmt: skip


@task(
    name="judge-accounts",
    description="The probability of fraud of Ethereum accounts by their figures.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def judge_accounts(trading: Trading) -> Assessment:
    """Accounts at or above the threshold, the likeliest first. Raises MarketFileError for missing figures."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.market_abuse.accounts.findings import NOT_GIVEN, find_risky_accounts  # noqa: PLC0415
    from models.market_abuse.accounts.model import load_account_model  # noqa: PLC0415
    from tasks.market_abuse.market_file import MarketFileError  # noqa: PLC0415

    accounts, model = trading.accounts, load_account_model()
    assert accounts is not None  # noqa: S101 - the flow loads accounts for this step
    if missing := model.missing(accounts.columns):
        shown = ", ".join(missing[:6]) + (" …" if len(missing) > 6 else "")
        raise MarketFileError(
            f"accounts_uri: the file lacks {len(missing)} of the {len(model.card.features)} figures: {shown}. Give all "
            "columns of the public Ethereum data set, 0 where there were none: an empty cell counts as a sign of fraud"
        )
    findings, members, score = find_risky_accounts(model, accounts.columns, accounts.names)
    what = (
        f"{len(accounts):,} accounts; a finding from a probability of {model.card.threshold:.3f}. {model.card.limits}"
    )
    assessment = Assessment(
        findings,
        members,
        [JudgedBy(detector="account_risk", version=model.card.version, applied=True, what=what)],
        model=model.card.name,
        model_version=model.card.version,
        weights_sha256=model.card.sha256,
    )
    given = np.column_stack([np.isfinite(accounts.columns[name]) for name in model.card.features])
    if empty := int((~given.all(axis=1)).sum()):
        assessment.warnings.append(f"{empty:,} accounts lack figures. {NOT_GIVEN}")
    assessment.account_scores = score
    return assessment


@task(
    name="judge-order-book",
    description="Spoofing and layering by account.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def judge_order_book(trading: Trading, rules: SpoofingRules) -> Assessment:
    """Findings in order-book events, the surest first."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.market_abuse.spoofing.findings import SIMULATED, find_spoofing  # noqa: PLC0415

    events = trading.events
    assert events is not None  # noqa: S101 - the flow loads events for this step
    if not events.accounts:
        what = "the events name no accounts, so orders can't be told to belong together. Give the column account"
        return Assessment([], [], [JudgedBy(detector="spoofing_and_layering", version=None, applied=False, what=what)])
    findings, episodes, orders = find_spoofing(events, rules)
    what = f"{len(events):,} events of {len(events.accounts):,} accounts"
    assessment = Assessment(
        findings,
        [np.empty(0, np.intp) for _ in findings],
        [JudgedBy(detector="spoofing_and_layering", version=SPOOFING_VERSION, applied=True, what=what)],
        warnings=[SIMULATED],
    )
    if orders.unknown:
        assessment.warnings.append(
            f"{orders.unknown:,} cancels and fills are of orders that were placed before the file begins."
        )
    if overfilled := int((orders.filled > orders.amount * (1 + 1e-9)).sum()):
        assessment.warnings.append(f"{overfilled:,} orders were filled by more than the amount they were placed with.")
    assessment.orders, assessment.episodes = orders, episodes
    return assessment
