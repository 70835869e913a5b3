"""The picture of a coin's sentiment over the last days: score with its interval, and how many posts it is from."""

from io import BytesIO
from typing import Any, Final

INK: Final = "#1f2933"
QUIET: Final = "#7b8794"
GRID: Final = "#e4e7eb"
RISE: Final = "#0f9d76"
FALL: Final = "#d64545"
LINE: Final = "#3e6ae1"


def history_chart(symbol: str, rows: list[dict[str, Any]]) -> bytes:
    """A PNG, 1600 x 800 pixels, of rows of sentiment_scores, oldest first; times are UTC. Same rows, same bytes."""
    import matplotlib.dates  # noqa: PLC0415 - matplotlib where it is used
    import numpy as np  # noqa: PLC0415
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    dates: Any = matplotlib.dates
    figure = Figure(figsize=(12.8, 6.4), dpi=125, facecolor="white")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(2, 1, height_ratios=[4, 1], hspace=0.08, left=0.07, right=0.97, top=0.84, bottom=0.08)
    upper, lower = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
    times = [dates.date2num(row["computed_at"].replace(tzinfo=None)) for row in rows]
    score, low, high = (np.array([row[name] for row in rows]) for name in ("score", "lower", "upper"))
    upper.axhspan(0, 1, color=RISE, alpha=0.05, linewidth=0)
    upper.axhspan(-1, 0, color=FALL, alpha=0.05, linewidth=0)
    upper.axhline(0, color=QUIET, linewidth=0.9)
    upper.fill_between(times, low, high, color=LINE, alpha=0.18, linewidth=0, label="95 % confidence interval")
    upper.plot(times, score, color=LINE, linewidth=1.8, marker="o", markersize=3.5, label="score")
    upper.set_ylim(-1, 1)
    upper.set_ylabel("bearish  ←  score  →  bullish", color=QUIET)
    upper.legend(loc="upper left", frameon=False, ncols=2, labelcolor=INK)
    width = 0.6 * max(min(np.diff(times), default=0.04), 0.01)
    lower.bar(times, [row["posts"] for row in rows], width=width, color=QUIET)
    lower.set_ylabel("posts", color=QUIET)
    margin = max(0.02, 0.02 * (times[-1] - times[0]))
    for axes in (upper, lower):
        axes.set_xlim(times[0] - margin, times[-1] + margin)
        axes.grid(color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.tick_params(colors=QUIET, length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
    upper.xaxis.set_major_locator(dates.AutoDateLocator(maxticks=9))
    locator = dates.AutoDateLocator(maxticks=9)
    lower.xaxis.set_major_locator(locator)
    lower.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))
    upper.tick_params(labelbottom=False)
    last = rows[-1]
    figure.text(0.07, 0.935, f"Sentiment of {symbol}", fontsize=17, weight="bold", color=INK)
    figure.text(
        0.07,
        0.885,
        f"{last['score']:+.2f} ({last['lower']:+.2f} to {last['upper']:+.2f}) at "
        f"{last['computed_at']:%Y-%m-%d %H:%M} UTC, from {last['posts']} posts; "
        f"{last['model']} {last['model_version']}",
        fontsize=10.5,
        color=QUIET,
    )
    output = BytesIO()
    figure.savefig(output, format="png", metadata={"Software": None})
    return output.getvalue()
