"""The picture of wash trades: the surest ring as a graph, its trades over time beside the market's, and why."""

import math
from typing import TYPE_CHECKING, Final

from models.market_abuse.finding import Finding
from tasks.market_abuse.assessment import Assessment
from tasks.market_abuse.plain import drawable
from tasks.market_abuse.style import (
    BLUE,
    INK,
    PALE,
    QUIET,
    RED,
    clean,
    new_figure,
    png,
    time_axis,
    write_reasons,
)
from tasks.market_abuse.trading import Trading

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from models.market_abuse.trades import Trades

MOST_DRAWN: Final = 3_000
OTHERS: Final = 6
WASH: Final = ("wash_ring", "netted_set", "self_trade")


def ring_picture(trading: Trading, assessment: Assessment) -> bytes:
    """A PNG, 1600 x 900 pixels; times are UTC. The same input gives the same bytes."""
    trades = trading.trades
    assert trades is not None  # noqa: S101 - asked for where there are trades
    places = [place for place, one in enumerate(assessment.findings) if one.kind in WASH]
    shown = min(places, key=lambda place: (WASH.index(assessment.findings[place].kind), place))
    finding, member = assessment.findings[shown], assessment.members[shown]
    kinds = [assessment.findings[place].kind for place in places]
    rings, selfs = len(kinds) - kinds.count("self_trade"), kinds.count("self_trade")
    figure = new_figure(
        f"{rings:,} ring{'' if rings == 1 else 's'} and {selfs:,} account{'' if selfs == 1 else 's'} trading with "
        f"{'itself' if selfs == 1 else 'themselves'}",
        f"in {len(trades):,} trades of {len(trades.accounts):,} accounts   ·   shown: the surest, and every flagged "
        "trade beside the market's",
    )
    _draw_ring(figure.add_axes((0.03, 0.33, 0.37, 0.52)), trades, finding, member)
    _draw_market(figure.add_axes((0.47, 0.4, 0.5, 0.43)), trades, assessment, places, member)
    figure.text(0.47, 0.855, "amount of each trade by time (UTC)", fontsize=9.5, color=QUIET, va="center")
    figure.text(0.05, 0.3, "Why", fontsize=13, fontweight="bold", color=INK, va="top")
    write_reasons(figure, 0.05, 0.255, finding.reasons, 92)
    figure.text(0.62, 0.3, "The others", fontsize=13, fontweight="bold", color=INK, va="top")
    for number, place in enumerate([place for place in places if place != shown][:OTHERS]):
        one = assessment.findings[place]
        who = drawable(" → ".join(one.accounts), 36)
        figure.text(0.62, 0.255 - number * 0.034, f"{one.kind.replace('_', ' ')}   {who}   {one.events:,} trades",
                    fontsize=9.5, color=INK, va="top", parse_math=False)  # fmt: skip
    left = len(places) - 1 - OTHERS
    if left > 0:
        figure.text(0.62, 0.255 - OTHERS * 0.034, f"and {left:,} more, all in findings.parquet", fontsize=9.5,
                    color=QUIET, va="top")  # fmt: skip
    return png(figure)


def _draw_ring(axes: "Axes", trades: "Trades", finding: Finding, member: "NDArray[np.intp]") -> None:
    """Accounts on a circle; an arrow from seller to buyer, as thick as its share of the ring's volume."""
    from matplotlib.patches import FancyArrowPatch  # noqa: PLC0415 - matplotlib where it is used

    axes.set_axis_off()
    axes.set_xlim(-2.4, 2.4)
    axes.set_ylim(-1.45, 1.45)
    axes.set_aspect("equal")
    count = len(finding.accounts)
    turn = [math.pi / 2 - 2 * math.pi * place / count for place in range(count)]
    if count == 2:
        turn = [math.pi, 0.0]
    spots = {name: (math.cos(angle), math.sin(angle)) for name, angle in zip(finding.accounts, turn, strict=True)}
    flows: dict[tuple[str, str], list[float]] = {}
    for place in member.tolist():
        key = (trades.accounts[trades.seller[place]], trades.accounts[trades.buyer[place]])
        flows.setdefault(key, []).append(float(trades.amount[place]) / 1e8)
    most = max(sum(amounts) for amounts in flows.values())
    for (giver, taker), amounts in sorted(flows.items()):
        start, end = spots[giver], spots[taker]
        width = 1.5 + 4.5 * sum(amounts) / most
        if giver == taker:
            start, end = (start[0] - 0.16, start[1] + 0.1), (start[0] + 0.16, start[1] + 0.1)
        bend = -1.9 if giver == taker else -0.32
        axes.add_patch(
            FancyArrowPatch(start, end, connectionstyle=f"arc3,rad={bend}", arrowstyle="-|>", mutation_scale=20,
                            linewidth=width, color=RED, alpha=0.8, shrinkA=20, shrinkB=24, zorder=2)
        )  # fmt: skip
        across, up = _beside(start, end, bend)
        outside = count > 2 and giver != taker and math.hypot(across, up) > 0.4  # off the arrow, away from the middle
        aside = outside and abs(across) > 0.2
        axes.text(across * 1.3 if outside else across, up * 1.3 if outside else up,
                  f"{len(amounts):,} of about {sum(amounts) / len(amounts):,.4g}", fontsize=9, color=RED,
                  ha=("left" if across > 0 else "right") if aside else "center", va="center", zorder=4,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.9})  # fmt: skip
    for name, (across, up) in spots.items():
        axes.scatter([across], [up], s=760, color=BLUE, zorder=3, linewidths=0)
        beside = abs(across) > 0.5 and count > 2
        axes.text(
            across * 1.2 if beside else across,
            up if beside else up + (0.26 if up > 0.05 else -0.26),
            drawable(name, 18),
            fontsize=10.5,
            fontweight="bold",
            color=INK,
            ha=("left" if across > 0 else "right") if beside else "center",
            va="center",
            parse_math=False,
            zorder=5,
        )


def _beside(start: tuple[float, float], end: tuple[float, float], bend: float) -> tuple[float, float]:
    """The middle of an arrow that bends (a quadratic Bézier curve, as matplotlib's arc3 is)."""
    across, up = end[0] - start[0], end[1] - start[1]
    return (
        (start[0] + end[0]) / 2 + bend * up / 2,
        (start[1] + end[1]) / 2 - bend * across / 2,
    )


def _draw_market(
    axes: "Axes", trades: "Trades", assessment: Assessment, places: list[int], shown: "NDArray[np.intp]"
) -> None:
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    flagged = np.zeros(len(trades), dtype=bool)
    for place in places:
        flagged[assessment.members[place]] = True
    honest = np.flatnonzero(~flagged)
    honest = honest[:: max(1, -(-len(honest) // MOST_DRAWN))]
    times, amounts = trades.time.astype("datetime64[us]"), trades.units
    axes.scatter(times[honest], amounts[honest], s=7, color=PALE, linewidths=0, label="not flagged", zorder=2)
    axes.scatter(times[flagged], amounts[flagged], s=22, color=RED, linewidths=0, alpha=0.8, zorder=3,
                 label=f"flagged  {int(flagged.sum()):,}")  # fmt: skip
    axes.scatter(times[shown], amounts[shown], s=46, facecolors="none", edgecolors=INK, linewidths=1.1, zorder=4,
                 label=f"of the ring shown  {len(shown):,}")  # fmt: skip
    axes.set_yscale("log")
    clean(axes)
    time_axis(axes)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, -0.24), ncols=3, frameon=False, fontsize=9.5, labelcolor=INK)
