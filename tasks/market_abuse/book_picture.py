"""The picture of spoofing: the account's orders as a ladder of prices over time around one episode, and why."""

from typing import TYPE_CHECKING, Final

from tasks.market_abuse.assessment import Assessment
from tasks.market_abuse.plain import drawable
from tasks.market_abuse.provenance import moment
from tasks.market_abuse.style import BLUE, GREEN, INK, ORANGE, PALE, QUIET, RED, clean, new_figure, png, write_reasons
from tasks.market_abuse.trading import Trading

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from models.market_abuse.spoofing.episodes import Episode
    from models.market_abuse.spoofing.events import OrderEvents
    from models.market_abuse.spoofing.orders import Orders

AROUND: Final = 12.0
MOST_DRAWN: Final = 400
OTHERS: Final = 6


def book_picture(trading: Trading, assessment: Assessment) -> bytes:
    """A PNG, 1600 x 900 pixels; times are UTC. The same input gives the same bytes."""
    assert trading.events is not None and assessment.orders is not None  # noqa: S101, PT018 - asked for with a finding
    finding, episodes = assessment.findings[0], assessment.episodes[0]
    shown = max(episodes, key=lambda one: one.shown / one.filled)
    count = len(assessment.findings)
    figure = new_figure(
        f"{count:,} account{'' if count == 1 else 's'} showing orders to take them back",
        f"in {len(trading):,} order events of {len(trading.events.accounts):,} accounts   ·   shown: "
        f"{drawable(finding.accounts[0])}, {finding.kind}, one of its {len(episodes):,} episodes",
    )
    axes = figure.add_axes((0.09, 0.4, 0.86, 0.43))
    _draw(axes, trading.events, assessment.orders, shown)
    second = moment(float(trading.events.time[shown.fill]) / 1e6)
    said = f"orders by price, each as long as it stood; seconds from the fill at {second:%Y-%m-%d %H:%M:%S} UTC"
    figure.text(0.09, 0.853, said, fontsize=9.5, color=QUIET, va="center")
    figure.text(0.05, 0.3, "Why", fontsize=13, fontweight="bold", color=INK, va="top")
    write_reasons(figure, 0.05, 0.262, finding.reasons, 104)
    figure.text(0.7, 0.3, "The others", fontsize=13, fontweight="bold", color=INK, va="top")
    for number, one in enumerate(assessment.findings[1 : 1 + OTHERS]):
        said = f"{one.kind}   {drawable(one.accounts[0], 24)}   {one.evidence['episodes']:,.0f} episodes"
        figure.text(0.7, 0.255 - number * 0.034, said, fontsize=9.5, color=INK, va="top", parse_math=False)
    if count == 1:
        figure.text(0.7, 0.255, "none", fontsize=9.5, color=QUIET, va="top")
    return png(figure)


def _draw(axes: "Axes", events: "OrderEvents", orders: "Orders", episode: "Episode") -> None:
    """Everyone's orders in pale, the account's own in colour."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    fill = int(events.time[episode.fill])
    begin, end = fill - int(AROUND * 1e6), fill + int(AROUND * 1e6)
    near = np.flatnonzero((orders.placed < end) & (orders.gone > begin))
    prices = orders.price[episode.orders]
    spread = max(float(np.abs(prices - events.price[episode.fill]).max()), 1e-9)
    near = near[np.abs(orders.price[near] - events.price[episode.fill]) <= 2.2 * spread]
    own = np.isin(near, episode.orders)
    largest = float(orders.amount[episode.orders].max())

    def lines(rows: "np.ndarray", colour: str, label: str, alpha: float) -> None:
        width = 1.2 + 9 * np.minimum(orders.amount[rows] / largest, 1)
        left = np.maximum(orders.placed[rows] - fill, begin - fill) / 1e6
        right = np.minimum(orders.gone[rows], end) / 1e6 - fill / 1e6
        axes.hlines(orders.price[rows], left, np.maximum(right, left + 0.05), colors=colour, linewidths=width,
                    alpha=alpha, label=label)  # fmt: skip

    others = near[~own & (orders.account[near] != episode.account)][:MOST_DRAWN]
    lines(others, PALE, "orders of others", 0.8)
    mine = near[~own & (orders.account[near] == episode.account)]
    lines(mine, BLUE, "its order that was filled", 0.9)
    side = "bids" if int(orders.side[episode.orders[0]]) == 1 else "asks"
    lines(episode.orders, ORANGE, f"its {side}, shown and taken back: {episode.shown:,.4g}", 0.85)
    axes.scatter([0], [events.price[episode.fill]], s=90, color=GREEN, zorder=5, label=f"fill: {episode.filled:,.4g}")
    taken = orders.gone[episode.orders]
    axes.scatter((taken - fill) / 1e6, prices, marker="x", s=70, color=RED, zorder=6, linewidths=2, label="cancelled")
    axes.axvline(0, color=GREEN, linewidth=0.8, alpha=0.6)
    axes.set_xlim(-AROUND, AROUND)
    axes.margins(y=0.12)
    axes.ticklabel_format(axis="y", useOffset=False)
    clean(axes)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, -0.2), ncols=5, frameon=False, fontsize=9.5, labelcolor=INK)
