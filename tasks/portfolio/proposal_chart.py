"""The picture of a proposal: each coin's weight before, as the strategy would have it, and after."""

from io import BytesIO
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from tasks.crypto.chart import ALARM, FALL, FAN, GRID, INK, QUIET, RISE
from tasks.portfolio.proposal import Proposal

BEFORE: Final = "#b8c2cc"
MOST_SHOWN: Final = 20


def proposal_chart(proposal: Proposal) -> bytes:
    """A PNG, 1600 pixels wide. The same proposal gives the same bytes."""
    shown = sorted(proposal.weights, key=lambda one: -max(one.before, one.target, one.after))[:MOST_SHOWN]
    height = 2.6 + 0.62 * (len(shown) + 1)
    figure = Figure(figsize=(12.8, height), dpi=125, facecolor="white")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(
        1, 2, width_ratios=[2, 1.15], wspace=0.3, left=0.065, right=0.94, top=1 - 1.35 / height, bottom=0.55 / height
    )
    weights = figure.add_subplot(grid[0])
    _draw_weights(weights, proposal, [one.symbol for one in shown])
    _draw_orders(figure.add_subplot(grid[1]), proposal)
    _write_titles(figure, proposal, height)
    output = BytesIO()
    figure.savefig(output, format="png", metadata={"Software": None})
    return output.getvalue()


def _draw_weights(axes: Axes, proposal: Proposal, symbols: list[str]) -> None:
    """Coins from the top by weight, cash last; a mark stands where the strategy would have each."""
    by_symbol = {one.symbol: one for one in proposal.weights}
    total = float(proposal.total)
    cash = (float(proposal.cash) / total, float(proposal.cash_after) / total)
    before = [100 * by_symbol[symbol].before for symbol in symbols] + [100 * cash[0]]
    after = [100 * by_symbol[symbol].after for symbol in symbols] + [100 * cash[1]]
    target = [100 * by_symbol[symbol].target for symbol in symbols]
    target.append(100 * (1 - sum(one.target for one in proposal.weights)))
    places = np.arange(len(before))[::-1]
    axes.barh(places + 0.19, before, height=0.34, color=BEFORE, label="before")
    axes.barh(places - 0.19, after, height=0.34, color=FAN, label="after")
    axes.vlines(target, places - 0.42, places + 0.42, color=INK, linewidth=2, label="target", zorder=4)
    for place, was, will, goal in zip(places, before, after, target, strict=True):
        end = max(was, will, goal)
        axes.text(end + 0.9, place, f"{was:.1f} → {will:.1f} %", va="center", fontsize=9, color=INK)
    axes.set_yticks(places, [*symbols, "cash"], fontsize=10)
    widest = 1.22 * max(*before, *after, *target, 1)
    axes.set_xticks([tick for tick in MaxNLocator(7).tick_values(0, widest) if 0 <= tick <= min(100, widest)])
    axes.set_xlim(0, widest)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=3, frameon=False, fontsize=9, labelcolor=INK)
    _finish(axes, "Weights, % of the whole")


def _draw_orders(axes: Axes, proposal: Proposal) -> None:
    orders = proposal.orders[:MOST_SHOWN]
    _finish(axes, f"Orders, {proposal.quote} at the limit")
    if not orders:
        axes.text(0.5, 0.5, "nothing to trade", transform=axes.transAxes, ha="center", va="center", color=QUIET)
        axes.set_xticks([])
        axes.set_yticks([])
        return
    places = np.arange(len(orders))[::-1]
    costs = [float(order.cost) for order in orders]
    colours = [FALL if order.side == "sell" else RISE for order in orders]
    axes.barh(places, costs, height=0.5, color=colours, alpha=0.85)
    for place, cost in zip(places, costs, strict=True):
        axes.text(cost + 0.02 * max(costs), place, f"{cost:,.0f}", va="center", fontsize=9, color=INK)
    axes.set_yticks(places, [f"{order.side} {order.symbol}" for order in orders], fontsize=10)
    axes.set_xlim(0, 1.25 * max(costs))
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.set_ylim(-0.8, max(len(orders), 3) - 0.4)


def _finish(axes: Axes, name: str) -> None:
    axes.set_title(name, loc="left", fontsize=10.5, color=INK, pad=8)
    axes.tick_params(colors=QUIET, length=0)
    axes.grid(color=GRID, linewidth=0.8, axis="x")
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def _write_titles(figure: Figure, proposal: Proposal, height: float) -> None:
    execute = {"no": "proposal only", "paper": "on paper, after approval", "live": "REAL MONEY, after approval"}
    figure.text(0.03, 1 - 0.42 / height, "Rebalancing", fontsize=21, fontweight="bold", color=INK, va="center")
    figure.text(
        0.03,
        1 - 0.82 / height,
        f"{proposal.strategy}  ·  {float(proposal.total):,.2f} {proposal.quote}  ·  {proposal.count}  ·  "
        f"turnover {100 * proposal.turnover:.1f} %  ·  fees {float(proposal.fees):,.2f} {proposal.quote}",
        fontsize=11,
        color=INK,
        va="center",
    )
    told = execute[proposal.execute] if proposal.price_source == "exchange" else _of_old(proposal)
    figure.text(
        0.965,
        1 - 0.42 / height,
        told,
        fontsize=11,
        fontweight="bold",
        color=ALARM if proposal.execute == "live" or proposal.price_source == "sample" else QUIET,
        va="center",
        ha="right",
    )


def _of_old(proposal: Proposal) -> str:
    if proposal.price_source == "sample":
        return "RECORDED SAMPLE, not today's market"
    return "prices of a file" if proposal.price_source == "file" else f"prices of {proposal.exchange}"
