"""The track record as one HTML page that needs nothing else, and as Markdown for the run's page."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final

from tasks.crypto.track_record import DayCoverage, Record, TrackRecord

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 190, 46, 104, 14, 26
LOWEST: Final = 0.4  # coverage at the foot of the chart
NOMINAL: Final = {"80": (0.80, "#3e6ae1"), "95": (0.95, "#8e5bd0")}
FEW: Final = 200  # steps below which a figure says little
HEADINGS: Final = (
    "Model", "Coin", "Step", "Forecasts", "Outcomes", "MAE", "MAE of random walk", "MAE skill", "CRPS", "CRPS skill",
    "80 % held", "95 % held",
)  # fmt: skip
STYLE: Final = """
:root{--ink:#1f2933;--quiet:#616e7c;--line:#e4e7eb;--good:#0b7a5b;--bad:#b83232}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);max-width:1080px;margin:2.5rem auto;padding:0 1.2rem}
h1{font-size:1.7rem;margin:0 0 .2rem}h2{font-size:1.1rem;margin:2.2rem 0 .4rem}p{color:var(--quiet);max-width:52rem}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
th,td{padding:.4rem .55rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th{color:var(--quiet);font-weight:600;white-space:normal;vertical-align:bottom}
th:nth-child(-n+3),td:nth-child(-n+3){text-align:left}
.good{color:var(--good)}.bad{color:var(--bad)}.few{color:var(--quiet)}
svg{width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:var(--quiet)}
"""


def track_record_page(record: TrackRecord) -> bytes:
    """The page in UTF-8; the same record gives the same bytes."""
    rows = "".join(_row(one) for one in record.records)
    headings = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    models = sorted({day.model for day in record.coverage})
    charts = "".join(
        f"<h2>{escape(model)}: how often the intervals held, by day</h2>"
        + _chart([day for day in record.coverage if day.model == model], record.since, record.until)
        for model in models
    )
    table = f'<div class="wide"><table><tr>{headings}</tr>{rows}</table></div>' if rows else ""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Track record of price forecasts</title><style>{STYLE}</style>"
        f"<h1>Track record of price forecasts</h1><p>{escape(_told(record))}</p>{table}{charts}</html>"
    ).encode()


def track_record_markdown(record: TrackRecord) -> str:
    """The table of the page, for the run's page in the Prefect UI."""
    lines = ["# Track record of price forecasts\n", _told(record)]
    if record.records:
        lines += ["", "| " + " | ".join(HEADINGS) + " |", "|---|---|---" + "|--:" * (len(HEADINGS) - 3) + "|"]
        lines += ["| " + " | ".join(_cells(one)) + " |" for one in record.records]
    return "\n".join(lines)


def _told(record: TrackRecord) -> str:
    window = f"{record.since:%Y-%m-%d} to {record.until:%Y-%m-%d} UTC"
    if not record.records:
        return f"No forecast has been scored for {window} yet."
    return (
        f"{record.steps:,} outcomes of {window}. Errors are in percent of the last close that the forecast knew; skill "
        "is the part of the plain random walk's error that is gone, negative where the model did worse. An interval "
        "is honest when it holds as often as it says. Forecasts overlap and coins move together, so outcomes are far "
        f"from independent: below {FEW} of them (grey) a figure says little."
    )


def _cells(record: Record) -> list[str]:
    return [
        record.model,
        record.symbol,
        record.timeframe,
        f"{record.forecasts:,}",
        f"{record.steps:,}",
        f"{record.mae:.3f} %",
        f"{record.mae_random_walk:.3f} %",
        _signed(record.mae_skill),
        f"{record.crps:.3f} %",
        _signed(record.crps_skill),
        f"{record.coverage_80:.1%}",
        f"{record.coverage_95:.1%}",
    ]


def _row(record: Record) -> str:
    cells, classes = _cells(record), [""] * len(HEADINGS)
    for index, skill in ((7, record.mae_skill), (9, record.crps_skill)):
        classes[index] = "" if skill is None else "good" if skill > 0 else "bad" if skill < 0 else ""
    for index, held, (nominal, _) in ((10, record.coverage_80, NOMINAL["80"]), (11, record.coverage_95, NOMINAL["95"])):
        classes[index] = "bad" if abs(held - nominal) > (0.08 if nominal < 0.9 else 0.04) else "good"
    few = ' class="few"' if record.steps < FEW else ""
    marked = (
        f'<td class="{name}">{escape(cell)}</td>' if name and not few else f"<td>{escape(cell)}</td>"
        for cell, name in zip(cells, classes, strict=True)
    )
    return f"<tr{few}>{''.join(marked)}</tr>"


def _chart(days: Sequence[DayCoverage], since: datetime, until: datetime) -> str:
    """Coverage by day as inline SVG: a line an interval, and its promise as a thin one."""
    span = (until - since).total_seconds()

    def across(day: datetime) -> float:
        share = max(0.0, (day - since).total_seconds()) / span
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    parts = [
        f'<text x="{LEFT - 8}" y="{_up(level) + 4:.1f}" text-anchor="end">{level:.0%}</text>'
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_up(level):.1f}" y2="{_up(level):.1f}" stroke="#e4e7eb"/>'
        for level in (0.4, 0.6, 1.0)
    ]
    for name, (nominal, colour) in NOMINAL.items():
        points = [(across(day.day), _up(day.coverage_80 if name == "80" else day.coverage_95)) for day in days]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="{colour}"/>' for x, y in points)
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_up(nominal):.1f}" y2="{_up(nominal):.1f}" '
            f'stroke="{colour}" stroke-dasharray="4 4" opacity=".6"/>'
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.8"/>{dots}'
            f'<text x="{WIDTH - RIGHT + 8}" y="{_up(nominal) + 4:.1f}" style="fill:{colour}">{name} % promised</text>'
        )
    foot = HEIGHT - 8
    parts.append(
        f'<text x="{LEFT}" y="{foot}">{since:%Y-%m-%d}</text>'
        f'<text x="{WIDTH - RIGHT}" y="{foot}" text-anchor="end">{until:%Y-%m-%d}</text>'
    )
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Coverage by day">{"".join(parts)}</svg>'


def _up(coverage: float) -> float:
    """Height of a coverage in the chart; what is below its foot lies on it."""
    share = (max(coverage, LOWEST) - LOWEST) / (1 - LOWEST)
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _signed(skill: float | None) -> str:
    return "unknown" if skill is None else f"{skill:+.1%}"
