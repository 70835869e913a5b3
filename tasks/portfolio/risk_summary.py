"""A portfolio's risk in words: what a person reads first on the run's page."""

from collections.abc import Sequence

from blocks.asset_store import Asset
from tasks.portfolio.history import History
from tasks.portfolio.risk import RiskReport
from tasks.portfolio.tails import TailRisk


def risk_summary(history: History, report: RiskReport, assets: Sequence[Asset], warnings: Sequence[str]) -> str:
    """Markdown: the danger in two sentences, the figures with their intervals, crashes, files."""
    tail = next(one for one in report.tails if (one.method, one.level, one.horizon_days) == ("filtered", 95, 1))
    fall, quote = report.drawdown, history.quote
    back = f"and was made up for by {fall.recovered:%Y-%m-%d}" if fall.recovered else "and is not made up for"
    sample = "> **Recorded sample, not today's market.**\n\n" if history.historical else ""
    tested = [
        f"| {one.method} | {one.level} % | {one.passed} of {one.days} | {one.expected:.1f} | {one.kupiec_p:.2f} | "
        f"{one.conditional_p:.2f} | {'yes' if one.holds else '**no**'} |"
        for one in report.records
    ]
    record = [
        "## Does it hold?",
        "",
        "Said each day from the days before alone. Below 0.05 speaks against it.",
        "",
        "| Method | Level | Passed | Expected | Kupiec p | Christoffersen p | Holds |",
        "|---|---|---|---|---|---|---|",
        *tested,
        "",
    ]
    return sample + "\n".join(
        [
            f"# Portfolio of {float(report.total):,.2f} {quote}",
            "",
            f"One day in twenty loses **{tail.var:.1f} %** ({tail.var_value:,.2f} {quote}) or more, and then "
            f"{tail.cvar:.1f} % on average. Held throughout the {report.days} days, the deepest fall was "
            f"**{fall.depth:.1f} %** ({fall.peak:%Y-%m-%d} to {fall.trough:%Y-%m-%d}), {back}.",
            "",
            "| Method | Level | Days | Value at risk % | 90 % interval | Expected shortfall % | 90 % interval |",
            "|---|---|---|---|---|---|---|",
            *(_line(one) for one in report.tails),
            "",
            *_volatility(report),
            "",
            *(record if tested else []),
            "## Crashes played again",
            "",
            "| Crash | From/to | Loss % | From |",
            "|---|---|---|---|",
            *(
                f"| {one.name} | {one.window} | {one.loss:.1f} | {_from(one.recorded, one.proxied)} |"
                for one in report.stress
            ),
            "",
            *(f"- {warning}" for warning in warnings),
            "",
            "Files: " + ", ".join(f"[{asset.name}]({asset.url})" for asset in assets),
        ]
    )


def _line(tail: TailRisk) -> str:
    return (
        f"| {tail.method} | {tail.level} % | {tail.horizon_days} | {tail.var:.2f} | "
        f"{tail.var_low:.2f} to {tail.var_high:.2f} | {tail.cvar:.2f} | {tail.cvar_low:.2f} to {tail.cvar_high:.2f} |"
    )


def _volatility(report: RiskReport) -> list[str]:
    measured = report.volatility
    garch = "none" if measured.garch is None else f"{measured.garch:.0f} %"
    return [
        f"Volatility a year: {measured.historical:.0f} % over the window, {measured.ewma:.0f} % by EWMA, GARCH "
        f"{garch}{f' ({measured.fallback})' if measured.fallback else ''}."
    ]


def _from(recorded: list[str], proxied: list[str]) -> str:
    parts = [f"table: {', '.join(recorded)}"] if recorded else []
    parts += [f"stand-in: {', '.join(proxied)}"] if proxied else []
    return f"not in your data ({'; '.join(parts)})" if parts else "your data"
