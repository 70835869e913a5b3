"""The picture of a pump: price and value traded around it, the alarm marked, and why."""

from typing import TYPE_CHECKING, Any, Final, cast

from tasks.market_abuse.assessment import Assessment
from tasks.market_abuse.plain import drawable
from tasks.market_abuse.provenance import moment
from tasks.market_abuse.style import BLUE, INK, PALE, QUIET, RED, clean, new_figure, png, time_axis, write_reasons
from tasks.market_abuse.trading import Trading

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from models.market_abuse.finding import Finding
    from models.market_abuse.pumps.bars import Bars

AROUND: Final = {"pump": 40 * 60.0, "pump_hourly": 3 * 86_400.0}
OTHERS: Final = 6


def pump_picture(trading: Trading, assessment: Assessment) -> bytes:
    """A PNG, 1600 x 900 pixels; times are UTC. The same input gives the same bytes."""
    pumps = [one for one in assessment.findings if one.kind in AROUND]
    finding = pumps[0]
    bars = _bars(trading, finding)
    count = len(pumps)
    figure = new_figure(
        f"{count:,} pump{'' if count == 1 else 's'}" + (f" · {drawable(finding.symbol)}" if finding.symbol else ""),
        f"in {len(trading):,} {'candles' if trading.trades is None else 'trades'}   ·   shown: the strongest, "
        f"{moment(finding.first or 0):%Y-%m-%d %H:%M} UTC, in bars of {int(bars.length / 1e6):,} s",
    )
    _draw(figure, bars, finding)
    figure.text(0.05, 0.3, "Why", fontsize=13, fontweight="bold", color=INK, va="top")
    write_reasons(figure, 0.05, 0.255, finding.reasons, 92)
    figure.text(0.66, 0.3, "The others", fontsize=13, fontweight="bold", color=INK, va="top")
    for number, one in enumerate(pumps[1 : 1 + OTHERS]):
        said = (
            f"{moment(one.first or 0):%Y-%m-%d %H:%M}   +{one.evidence['rise']:.0%}   {drawable(one.symbol or '', 16)}"
        )
        figure.text(0.66, 0.255 - number * 0.034, said, fontsize=9.5, color=INK, va="top", parse_math=False)
    if count == 1:
        figure.text(0.66, 0.255, "none", fontsize=9.5, color=QUIET, va="top")
    return png(figure)


def _bars(trading: Trading, finding: "Finding") -> "Bars":
    from models.market_abuse.pumps.bars import Bars  # noqa: PLC0415 - numpy where it is used

    if trading.trades is None:
        assert trading.bars is not None  # noqa: S101 - a pump was found in one of the two
        return trading.bars
    market = trading.trades.symbols.index(finding.symbol)
    return Bars.of(trading.trades.of_market(market), int(finding.evidence["bar_seconds"]))


def _draw(figure: "Figure", bars: "Bars", finding: "Finding") -> None:
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    first, last = (finding.first or 0) * 1e6, (finding.last or 0) * 1e6
    around = AROUND[finding.kind] * 1e6
    rows = (bars.start >= first - around) & (bars.start <= last + around)
    times = bars.start[rows].astype("datetime64[us]")
    begin, end = (np.datetime64(int(value), "us") for value in (first, last))
    price, value = figure.add_axes((0.07, 0.56, 0.88, 0.28)), figure.add_axes((0.07, 0.37, 0.88, 0.14))
    price.plot(times, bars.close[rows], color=BLUE, linewidth=1.4, zorder=3)
    price.plot(times, bars.high[rows], color=BLUE, linewidth=0.7, alpha=0.4, zorder=2)
    value.bar(times, bars.value[rows], width=np.timedelta64(bars.length, "us"), color=PALE, linewidth=0)
    own = (bars.start[rows] >= first) & (bars.start[rows] < last)
    value.bar(times[own], bars.value[rows][own], width=np.timedelta64(bars.length, "us"), color=RED, linewidth=0)
    for axes in (price, value):
        axes.axvspan(cast("Any", begin), cast("Any", end), color=RED, alpha=0.14, linewidth=0, zorder=1)
        axes.set_xlim(times[0], times[-1] + np.timedelta64(bars.length, "us"))
        clean(axes)
        time_axis(axes)
    price.set_xticklabels([])
    price.xaxis.get_offset_text().set_visible(False)
    price.margins(y=0.12)
    price.annotate(
        f"alarm: +{finding.evidence['rise']:.0%}", (begin, float(bars.high[rows][own].max())), xytext=(-12, 0),
        textcoords="offset points", ha="right", va="center", fontsize=11, fontweight="bold", color=RED,
    )  # fmt: skip
    figure.text(0.07, 0.855, "price: close, and high in pale", fontsize=9.5, color=QUIET, va="center")
    figure.text(0.07, 0.525, "value traded", fontsize=9.5, color=QUIET, va="center")
