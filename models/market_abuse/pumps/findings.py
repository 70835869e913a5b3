"""Pumps as findings."""

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.finding import Finding, Kind
from models.market_abuse.pumps.alarms import Alarm, find_alarms
from models.market_abuse.pumps.bars import Bars
from models.market_abuse.pumps.thresholds import PumpCard, Variant
from models.market_abuse.trades import Trades

KINDS: dict[Variant, Kind] = {"25s": "pump", "1h": "pump_hourly"}
AFTER = 20 * 60 * 1_000_000
"""How long after the alarm the fall is looked for, and trades are counted to it (microseconds)."""


def find_pumps(trades: Trades, card: PumpCard) -> tuple[list[Finding], list[NDArray[np.intp]], list[str]]:
    """Findings of every market of a file by bars of 25 s and of an hour, their trades, and what could not be judged."""
    findings: list[Finding] = []
    members: list[NDArray[np.intp]] = []
    left_out = []
    for market in np.unique(trades.market).tolist():
        places = np.flatnonzero(trades.market == market)
        for variant, bar in card.variants.items():
            try:
                bars = Bars.of(trades[places], bar.seconds)
            except ValueError as error:
                left_out.append(f"{trades.symbols[market] or 'the market'}, bars of {variant}: {error}")
                continue
            for alarm in find_alarms(bars, bar):
                end = int(bars.start[alarm.last]) + max(bars.length, AFTER)
                inside = (trades.time[places] >= bars.start[alarm.first]) & (trades.time[places] < end)
                own = places[inside]
                finding = pump_finding(bars, alarm, variant, card, trades.symbols[market])
                if finding.kind == "pump_hourly" and _is_told(finding, findings):
                    continue
                volume = float(trades.units[own].sum())
                findings.append(finding.model_copy(update={"events": len(own), "volume": volume}))
                members.append(own)
    return findings, members, left_out


def _is_told(hourly: Finding, findings: list[Finding]) -> bool:
    """Whether a finding by bars of 25 s tells of the same pump, and better."""
    return any(
        one.kind == "pump"
        and one.symbol == hourly.symbol
        and one.first is not None
        and hourly.first is not None
        and hourly.last is not None
        and hourly.first - 3600 <= one.first <= hourly.last + 3600
        for one in findings
    )


def pump_finding(bars: Bars, alarm: Alarm, variant: Variant, card: PumpCard, symbol: str | None) -> Finding:
    """An alarm with its evidence. The amount of `bars` is their value in the quote currency."""
    bar = card.variants[variant]
    rows = slice(alarm.first, alarm.last + 1)
    top = float(bars.high[rows].max())
    base = top / (1 + alarm.rise)
    later = bars.close[alarm.last : alarm.last + max(1, AFTER // bars.length) + 1]
    given_back = (top - float(later.min())) / max(top - base, 1e-300)
    span = "25 seconds" if variant == "25s" else "an hour"
    reasons = [
        f"The price rose by {alarm.rise:.1%} within {'minutes' if variant == '25s' else 'the hour'}, "
        f"{alarm.moves:,.0f} times what it usually moves.",
        f"The value traded in {span} was {alarm.value:,.0f} deviations above the mean before (of square roots).",
    ]
    if bar.rush is not None and np.isfinite(alarm.rush):
        orders = float(bars.rush[rows].max())
        reasons.insert(
            0,
            f"{orders:,.0f} market buy orders in {span}, {alarm.rush:,.0f} standard deviations above the mean before.",
        )
    reasons.append(
        f"Of the rise {min(max(given_back, 0), 1):.0%} was given back soon after."
        if alarm.last + 1 < len(bars)
        else "What the price did afterwards is not in the data."
    )
    reasons.append(
        f"On quiet data held out such an alarm came {bar.false_alarms_a_day:.4g} times a day. News can do the "
        "same: who planned it can't be told from prices."
    )
    evidence = {"rise": alarm.rise, "moves": alarm.moves, "value_deviations": alarm.value, "given_back": given_back,
                "strength": alarm.strength, "bar_seconds": float(bar.seconds)}  # fmt: skip
    if np.isfinite(alarm.rush):
        evidence["rush_deviations"] = alarm.rush
    return Finding(
        kind=KINDS[variant],
        measured_on="planted",
        score=round(1 - 0.5 / max(alarm.strength, 1.0), 6),
        accounts=(),
        symbol=symbol,
        first=float(bars.start[alarm.first]) / 1e6,
        last=float(bars.start[alarm.last] + bars.length) / 1e6,
        events=alarm.last - alarm.first + 1,
        volume=float(bars.value[rows].sum()),
        evidence={name: round(value, 6) for name, value in evidence.items()},
        reasons=tuple(reasons),
    )
