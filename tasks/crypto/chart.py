"""The picture of a forecast: candles, the fan of prediction intervals, volume and RSI."""

from datetime import UTC
from io import BytesIO
from typing import Any, Final

import matplotlib.dates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from blocks.exchange import Candles
from models.forecasting import Forecast, indicators
from tasks.crypto.forecast import Outlook
from tasks.crypto.market import Market, close_times
from tasks.crypto.summary import price_text

DATES: Any = matplotlib.dates  # carries no types
INK: Final = "#1f2933"
QUIET: Final = "#7b8794"
GRID: Final = "#e4e7eb"
RISE: Final = "#0f9d76"
FALL: Final = "#d64545"
FAN: Final = "#3e6ae1"
ALARM: Final = "#b44d12"
SMA_COLOURS: Final = {"sma_20": "#e8912d", "sma_50": "#8e5bd0"}


def price_chart(market: Market, outlook: Outlook) -> bytes:
    """The forecast as a PNG, 1600 x 1000 pixels; times are UTC. The same input gives the same bytes."""
    candles, forecast = market.candles, outlook.forecast
    shown = slice(-min(len(candles), max(96, min(3 * len(forecast.time), 240))), None)
    figure = Figure(figsize=(12.8, 8), dpi=125, facecolor="white")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(
        3, 1, height_ratios=[6, 1.1, 1.3], hspace=0.09, left=0.08, right=0.885, top=0.85, bottom=0.065
    )
    price, volume, strength = (figure.add_subplot(grid[row]) for row in range(3))
    lines = indicators(candles.high, candles.low, candles.close)
    times = _days(close_times(candles)[shown])
    _draw_candles(price, candles, times, shown)
    for name, colour in SMA_COLOURS.items():
        label = name.upper().replace("_", " ")
        price.plot(times, lines[name][shown], color=colour, linewidth=1.1, alpha=0.9, label=label, zorder=2)
    _draw_fan(price, forecast)
    _draw_volume(volume, candles, times, shown)
    _draw_rsi(strength, times, lines["rsi_14"][shown])
    now, last = _days(np.array([forecast.issued_at, forecast.time[-1]]))
    _finish_axes([price, volume, strength], float(times[0]), float(last), float(now))
    _write_titles(figure, market, outlook)
    output = BytesIO()
    figure.savefig(output, format="png", metadata={"Software": None})
    return output.getvalue()


def _draw_candles(axes: Axes, candles: Candles, times: NDArray[np.float64], shown: slice) -> None:
    """Wicks and bodies, each kind as one collection: hundreds of single patches would take half a second."""
    width = candles.step.total_seconds() / 86400
    centre, half = times - width / 2, 0.36 * width
    opened, closed = candles.open[shown], candles.close[shown]
    colours = np.where(closed >= opened, RISE, FALL).tolist()
    wicks = np.stack([np.stack([centre, candles.low[shown]], -1), np.stack([centre, candles.high[shown]], -1)], 1)
    left, right = centre - half, centre + half
    corners = [(left, opened), (right, opened), (right, closed), (left, closed)]
    bodies = np.stack([np.stack(corner, -1) for corner in corners], 1)
    axes.add_collection(LineCollection(list(wicks), colors=colours, linewidths=0.9, zorder=3))
    axes.add_collection(PolyCollection(list(bodies), facecolors=colours, edgecolors=colours, linewidths=0.6, zorder=4))
    axes.autoscale_view()


def _draw_fan(axes: Axes, forecast: Forecast) -> None:
    """Both intervals and the median, from the last close on, with their ends in figures at the right."""
    time = _days(np.append(forecast.issued_at, forecast.time))

    def from_now(level: float) -> NDArray[np.float64]:
        return np.append(forecast.last_close, forecast.at(level))

    axes.fill_between(time, from_now(0.025), from_now(0.975), color=FAN, alpha=0.13, linewidth=0, label="95 % interval")
    axes.fill_between(time, from_now(0.1), from_now(0.9), color=FAN, alpha=0.24, linewidth=0, label="80 % interval")
    axes.plot(time, from_now(0.5), color=FAN, linewidth=1.8, label="median", zorder=5)
    for level in (0.025, 0.1, 0.9, 0.975):
        axes.plot(time, from_now(level), color=FAN, linewidth=0.7, alpha=0.55, zorder=4)


def _label_ends(axes: Axes, forecast: Forecast) -> None:
    """Price at the end of the median and of each interval, kept apart where they would lie on one another."""
    low, high = axes.get_ylim()
    gap = 0.034 * (high - low)
    names = {0.975: "95 %", 0.9: "80 %", 0.5: "", 0.1: "80 %", 0.025: "95 %"}
    ends = {level: float(forecast.at(level)[-1]) for level in names}
    places = dict(ends)
    for inner, outer, sign in ((0.5, 0.9, 1), (0.9, 0.975, 1), (0.5, 0.1, -1), (0.1, 0.025, -1)):
        places[outer] = sign * max(sign * places[outer], sign * places[inner] + gap)
    for level, name in names.items():
        weight = "bold" if level == 0.5 else "normal"
        axes.annotate(
            f"{price_text(ends[level])}  {name}".rstrip(),
            (1.008, places[level]),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=9,
            color=FAN,
            fontweight=weight,
            annotation_clip=False,
        )


def _draw_volume(axes: Axes, candles: Candles, times: NDArray[np.float64], shown: slice) -> None:
    traded = np.nan_to_num(candles.volume[shown])
    colours = np.where(candles.close[shown] >= candles.open[shown], RISE, FALL)
    middle = times - candles.step.total_seconds() / 86400 / 2
    for colour in (RISE, FALL):
        axes.vlines(middle[colours == colour], 0, traded[colours == colour], color=colour, alpha=0.55, linewidth=2)
    axes.set_ylim(0, max(float(traded.max()) * 1.4, 1e-12))
    axes.set_yticks([])
    _name_panel(axes, f"Volume ({candles.symbol if candles.source != 'sample' else candles.quote})")


def _draw_rsi(axes: Axes, times: NDArray[np.float64], rsi: NDArray[np.float64]) -> None:
    axes.axhspan(30, 70, color=GRID, alpha=0.45, linewidth=0)
    axes.plot(times, rsi, color=SMA_COLOURS["sma_50"], linewidth=1.2)
    axes.set_ylim(0, 100)
    axes.set_yticks([30, 70])
    _name_panel(axes, "RSI 14")


def _name_panel(axes: Axes, name: str) -> None:
    axes.text(0.006, 0.93, name, transform=axes.transAxes, fontsize=8.5, color=QUIET, va="top")


def _finish_axes(panels: list[Axes], first: float, last: float, now: float) -> None:
    """Same span of time, quiet grid, UTC dates on the lowest, a line where the known ends."""
    margin = 0.012 * (last - first)
    for axes in panels:
        axes.set_xlim(first - margin, last + margin)
        locator = DATES.AutoDateLocator(tz=UTC, minticks=6, maxticks=12)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(DATES.ConciseDateFormatter(locator, tz=UTC))
        axes.tick_params(colors=QUIET, labelsize=9, length=0, labelbottom=axes is panels[-1])
        axes.grid(color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.axvline(now, color=INK, linewidth=0.9, linestyle=(0, (4, 3)), alpha=0.6)
        if axes is not panels[0]:
            axes.yaxis.tick_right()
        for side in axes.spines.values():
            side.set_visible(False)
    panels[0].yaxis.set_major_formatter(FuncFormatter(lambda value, _: price_text(value)))
    panels[-1].xaxis.get_offset_text().set_color(QUIET)
    panels[-1].set_xlabel("UTC", loc="left", fontsize=9, color=QUIET, labelpad=2)


def _write_titles(figure: Figure, market: Market, outlook: Outlook) -> None:
    """What it is, in large; how far to trust it, below; where the data is from, at the right."""
    candles, forecast = market.candles, outlook.forecast
    price = figure.axes[0]
    _label_ends(price, forecast)
    price.legend(
        loc="lower left",
        bbox_to_anchor=(-0.01, 1),
        ncols=5,
        frameon=False,
        fontsize=9,
        labelcolor=INK,
        handlelength=1.6,
    )
    figure.text(0.08, 0.95, f"{candles.symbol}/{candles.quote}", fontsize=21, fontweight="bold", color=INK, va="center")
    steps = f"next {len(forecast.time)} candles of {candles.timeframe}"
    figure.text(
        0.08, 0.908, f"{steps}, issued {outlook.issued_at:%Y-%m-%d %H:%M} UTC", fontsize=11, color=INK, va="center"
    )
    figure.text(0.985, 0.921, _worth(outlook), fontsize=9.5, color=QUIET, va="top", ha="right", linespacing=1.9)
    if market.historical:
        figure.text(
            0.979,
            0.955,
            f"RECORDED SAMPLE of {candles.end:%Y}, not today's market",
            fontsize=11,
            fontweight="bold",
            color=ALARM,
            va="center",
            ha="right",
            bbox={"boxstyle": "round,pad=0.45", "facecolor": "#fdf0e6", "edgecolor": ALARM, "linewidth": 1},
        )
    else:
        figure.text(0.985, 0.955, f"Data: {candles.exchange}", fontsize=10, color=QUIET, va="center", ha="right")


def _worth(outlook: Outlook) -> str:
    """How far to trust the fan, in two lines: what holds it and how well it held, and the skill that was measured."""
    first = [f"intervals: {outlook.forecast.model.replace('-', ' ')}"]
    if held := outlook.calibration:
        first.append(f"held lately: 80 % → {100 * held.coverage_80:.0f} %, 95 % → {100 * held.coverage_95:.0f} %")
    if outlook.skill is None:
        second = "skill: history too short to measure it"
    elif outlook.fallback:
        second = f"{outlook.skill.model.replace('-', ' ')} stepped aside: {100 * outlook.skill.crps:+.1f} % CRPS skill"
    else:
        second = f"{100 * outlook.skill.crps:+.1f} % CRPS skill over the plain random walk"
    return "   ·   ".join(first) + "\n" + second


def _days(times: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Times as matplotlib keeps them: days since 1970."""
    return times.astype("datetime64[ms]").astype(np.float64) / 86_400_000
