"""The picture of a walk-forward comparison: growth, drawdowns, and where each strategy stands against 1/N."""

from datetime import UTC
from io import BytesIO
from typing import Any, Final

import matplotlib.dates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from models.portfolio.drawdown import falls
from tasks.crypto.chart import FAN, GRID, INK, QUIET, RISE
from tasks.portfolio.walk import WalkReport

DATES: Any = matplotlib.dates  # carries no types
COLOURS: Final = {
    "min-cvar": FAN,
    "hrp": RISE,
    "risk-budgeting": "#8e5bd0",
    "inverse-volatility": "#e8912d",
    "equal-weight": INK,
}


def walk_chart(report: WalkReport) -> bytes:
    """A PNG, 1600 x 1100 pixels. The same report gives the same bytes."""
    figure = Figure(figsize=(12.8, 8.8), dpi=125, facecolor="white")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(
        3, 1, height_ratios=[2, 1.2, 1.3], hspace=0.36, left=0.06, right=0.975, top=0.885, bottom=0.06
    )
    growth, under = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
    for walk in report.walks:
        days = walk.day.astype("datetime64[D]").astype(np.float64)
        value, colour = np.asarray(np.cumprod(1 + walk.returns), dtype=np.float64), COLOURS[walk.strategy]
        wide = 2.0 if walk.strategy == "equal-weight" else 1.3
        label = "1/N" if walk.strategy == "equal-weight" else walk.strategy
        growth.plot(days, value, color=colour, linewidth=wide, label=label)
        under.plot(days, 100 * falls(value), color=colour, linewidth=wide * 0.8)
    growth.legend(loc="lower right", bbox_to_anchor=(1.005, 0.99), ncols=5, frameon=False, fontsize=9, labelcolor=INK)
    growth.set_yscale("log")
    growth.yaxis.set_major_formatter("{x:g}")
    growth.yaxis.set_minor_formatter("{x:g}")
    _finish(growth, "What 1 became, after costs")
    _finish(under, "Below the highest value so far, %")
    for axes in (growth, under):
        _dated(axes)
    pair = grid[2].subgridspec(1, 4, width_ratios=[0.1, 1, 0.28, 1], wspace=0)
    _draw_difference(
        figure.add_subplot(pair[1]), report, "cvar_over_equal", "Expected shortfall 95 % less that of 1/N, points"
    )
    _draw_difference(
        figure.add_subplot(pair[3]), report, "drawdown_over_equal", "Deepest fall less that of 1/N, points"
    )
    figure.text(0.03, 0.962, "Strategies walked forward", fontsize=20, fontweight="bold", color=INK, va="center")
    first, last = (np.datetime_as_string(report.walks[0].day[i], unit="D") for i in (0, -1))
    figure.text(
        0.975,
        0.962,
        f"{first} to {last}  ·  {report.rebalancings} rebalancings",
        fontsize=10.5,
        color=QUIET,
        va="center",
        ha="right",
    )
    output = BytesIO()
    figure.savefig(output, format="png", metadata={"Software": None})
    return output.getvalue()


def _draw_difference(axes: Axes, report: WalkReport, field: str, name: str) -> None:
    """Point and 90 % interval of each strategy; left of zero is better than 1/N."""
    records = [one for one in report.records if one.strategy != "equal-weight"][::-1]
    for place, record in enumerate(records):
        found = getattr(record, field)
        colour = COLOURS[record.strategy]
        axes.plot(
            [found.low, found.high], [place, place], color=colour, linewidth=3, alpha=0.45, solid_capstyle="round"
        )
        axes.plot(found.value, place, "o", color=colour, markersize=7)
    axes.axvline(0, color=INK, linewidth=1)
    axes.set_yticks(range(len(records)), [one.strategy for one in records], fontsize=9)
    axes.set_ylim(-0.6, len(records) - 0.4)
    _finish(axes, name)
    axes.grid(visible=False, axis="y")


def _finish(axes: Axes, name: str) -> None:
    axes.set_title(name, loc="left", fontsize=10.5, color=INK, pad=7)
    axes.tick_params(colors=QUIET, length=0, which="both", labelsize=9)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def _dated(axes: Axes) -> None:
    locator = DATES.AutoDateLocator(tz=UTC, minticks=5, maxticks=12)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(DATES.ConciseDateFormatter(locator, tz=UTC))
    axes.xaxis.get_offset_text().set_visible(False)
    axes.margins(x=0.01)
