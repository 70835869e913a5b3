"""The picture of a portfolio's risk: drawdown, the value at risk's own record, correlation, crashes played again."""

from datetime import UTC
from io import BytesIO
from typing import Any, Final

import matplotlib.dates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from models.portfolio.drawdown import falls
from tasks.crypto.chart import ALARM, FALL, FAN, GRID, INK, QUIET
from tasks.portfolio.history import History
from tasks.portfolio.risk import RiskReport

DATES: Any = matplotlib.dates  # carries no types
HEAT: Final = LinearSegmentedColormap.from_list("correlation", ["#d64545", "#ffffff", FAN])
MOST_NAMES: Final = 12


def risk_chart(history: History, report: RiskReport) -> bytes:
    """A PNG, 1600 x 1200 pixels; times are UTC. The same input gives the same bytes."""
    figure = Figure(figsize=(12.8, 9.6), dpi=125, facecolor="white")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(
        3, 1, height_ratios=[1, 1.3, 1.7], hspace=0.34, left=0.055, right=0.975, top=0.865, bottom=0.045
    )
    _draw_drawdown(figure.add_subplot(grid[0]), report)
    _draw_record(figure.add_subplot(grid[1]), report)
    pair = grid[2].subgridspec(1, 2, width_ratios=[1, 1.05], wspace=0.42)
    _draw_correlation(figure.add_subplot(pair[0]), report)
    _draw_stress(figure.add_subplot(pair[1]), report)
    _write_titles(figure, history, report)
    output = BytesIO()
    figure.savefig(output, format="png", metadata={"Software": None})
    return output.getvalue()


def _draw_drawdown(axes: Axes, report: RiskReport) -> None:
    under, days = 100 * falls(report.path), _days(report.path_days)
    axes.fill_between(days, under, 0, color=FALL, alpha=0.2, linewidth=0)
    axes.plot(days, under, color=FALL, linewidth=1.1)
    deepest = report.drawdown
    trough = int(under.argmin())
    axes.plot(days[trough], under[trough], "o", color=FALL, markersize=5)
    late = trough > 0.75 * len(days)
    axes.annotate(
        f"-{deepest.depth:.1f} %, {deepest.trough:%Y-%m-%d}",
        (days[trough], under[trough]),
        xytext=(-8 if late else 8, 2),
        textcoords="offset points",
        fontsize=9,
        color=INK,
        ha="right" if late else "left",
        va="bottom",
        bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
    )
    axes.set_ylim(1.12 * min(float(under.min()), -1), 0)
    _finish(axes, "Drawdown of today's holdings, % below the highest value so far")
    _dated(axes, days)


def _draw_record(axes: Axes, report: RiskReport) -> None:
    """Each day's return against the filtered value at risk that was said the day before."""
    _finish(axes, "Value at risk of one day (filtered), said the day before, against what came, %")
    if not report.tested:
        axes.text(0.5, 0.5, "the history is too short to test it", transform=axes.transAxes, ha="center", color=QUIET)
        axes.set_xticks([])
        axes.set_yticks([])
        return
    days = _days(report.tested_days)
    pairs = [
        (record, tested)
        for record, tested in zip(report.records, report.tested, strict=True)
        if record.method == "filtered"
    ]
    returns = 100 * pairs[0][1].returns
    axes.vlines(days, 0, returns, color=QUIET, linewidth=0.8, alpha=0.7)
    for (record, tested), colour in zip(pairs, (FAN, ALARM), strict=True):
        said = -100 * tested.var
        label = f"{record.level} %: passed {record.passed}, expected {record.expected:.1f}"
        axes.plot(days, said, color=colour, linewidth=1.3, label=label + ("" if record.holds else "  (does not hold)"))
        hits = returns < said
        axes.plot(days[hits], returns[hits], "o", color=colour, markersize=4 if record.level == 95 else 6, zorder=4)
    axes.legend(loc="lower right", bbox_to_anchor=(1.005, 0.985), ncols=2, frameon=False, fontsize=9, labelcolor=INK)
    _dated(axes, days)


def _draw_correlation(axes: Axes, report: RiskReport) -> None:
    names = report.correlation.symbols
    matrix = np.array([[np.nan if x is None else x for x in row] for row in report.correlation.matrix])
    axes.imshow(matrix, cmap=HEAT, vmin=-1, vmax=1, aspect="auto")
    size = 9.0 if len(names) <= MOST_NAMES else 5.0
    axes.set_xticks(range(len(names)), names, fontsize=size, rotation=0 if len(names) <= MOST_NAMES else 90)
    axes.set_yticks(range(len(names)), names, fontsize=size)
    if len(names) <= MOST_NAMES:
        for row in range(len(names)):
            for column in range(len(names)):
                value = matrix[row, column]
                text = "-" if np.isnan(value) else f"{value:.2f}"
                colour = "white" if abs(value) > 0.65 else INK
                axes.text(column, row, text, ha="center", va="center", fontsize=9, color=colour)
    _finish(axes, "Correlation of daily returns")
    axes.grid(visible=False)


def _draw_stress(axes: Axes, report: RiskReport) -> None:
    replays = report.stress[::-1]
    losses = [replay.loss for replay in replays]
    places = range(len(replays))
    bars = axes.barh(places, losses, height=0.62, color=[FALL if loss > 0 else FAN for loss in losses])
    for bar, replay in zip(bars, replays, strict=True):
        if not replay.in_your_data:
            bar.set_alpha(0.55)
            bar.set_hatch("///")
            bar.set_edgecolor("white")
    farthest = max(1.0, *losses)
    for place, replay in zip(places, replays, strict=True):
        axes.text(
            max(replay.loss, 0) + 0.015 * farthest, place, f"{replay.loss:.1f} %", va="center", fontsize=9, color=INK
        )
    axes.set_yticks(places, [f"{replay.name}\n{replay.window.replace('/', ' to ')}" for replay in replays], fontsize=8)
    axes.set_xlim(min(0.0, *losses) * 1.1, 1.18 * farthest)
    _finish(axes, "Loss if it happened again, %  (hatched: not in your data)")
    axes.grid(visible=False, axis="y")


def _finish(axes: Axes, name: str) -> None:
    axes.set_title(name, loc="left", fontsize=10.5, color=INK, pad=7)
    axes.tick_params(colors=QUIET, labelsize=None, length=0)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def _dated(axes: Axes, days: NDArray[np.float64]) -> None:
    margin = 0.01 * (days[-1] - days[0])
    axes.set_xlim(days[0] - margin, days[-1] + margin)
    locator = DATES.AutoDateLocator(tz=UTC, minticks=5, maxticks=12)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(DATES.ConciseDateFormatter(locator, tz=UTC))
    axes.tick_params(labelsize=9)
    axes.xaxis.get_offset_text().set_visible(False)


def _write_titles(figure: Figure, history: History, report: RiskReport) -> None:
    day = {(tail.method, tail.level): tail for tail in report.tails if tail.horizon_days == 1}
    filtered = day["filtered", 95]
    figure.text(0.03, 0.955, "Portfolio risk", fontsize=21, fontweight="bold", color=INK, va="center")
    start, end = (day.partition("T")[0] for day in history.window.split("/"))
    coins = ", ".join(coin.symbol for coin in report.coins[:8]) + (", …" if len(report.coins) > 8 else "")
    figure.text(
        0.03,
        0.917,
        f"{coins}  ·  {float(report.total):,.2f} {history.quote}  ·  {report.days} days  ·  {start} to {end}",
        fontsize=10.5,
        color=INK,
        va="center",
    )
    figure.text(
        0.965,
        0.955 if not history.historical else 0.925,
        f"worst day in 20: {filtered.var:.1f} % or more, then {filtered.cvar:.1f} % on average",
        fontsize=10.5,
        color=QUIET,
        va="center",
        ha="right",
    )
    if history.historical:
        figure.text(
            0.959,
            0.962,
            "RECORDED SAMPLE, not today's market",
            fontsize=11,
            fontweight="bold",
            color=ALARM,
            va="center",
            ha="right",
            bbox={"boxstyle": "round,pad=0.45", "facecolor": "#fdf0e6", "edgecolor": ALARM, "linewidth": 1},
        )


def _days(days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Days as matplotlib keeps them: since 1970."""
    return days.astype("datetime64[D]").astype(np.float64)
