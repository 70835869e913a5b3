"""The picture of a case: what happened when, who is connected with it, and why it stands out."""

from typing import TYPE_CHECKING, Any, Final, cast

from models.fraud.money import decimals
from tasks.fraud.case import CaseFile, CasePayment
from tasks.market_abuse.plain import drawable
from tasks.market_abuse.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PALE,
    QUIET,
    RED,
    clean,
    new_figure,
    png,
    printable,
    time_axis,
    write_reasons,
)

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

MOST_DRAWN: Final = 3_000
MOST_NODES: Final = 40
NAMED: Final = 16
NODE_COLOURS: Final = {"customer": BLUE, "account": BLUE, "host": BLUE, "terminal": ORANGE, "device": GREEN}
DECIDED: Final = {"review": ORANGE, "block": RED}


def case_picture(case: CaseFile) -> bytes:
    """A PNG, 1600 x 900 pixels; times are UTC. The same case gives the same bytes."""
    alert = case.alert
    figure = new_figure(
        _shortened(alert.title, 66),
        drawable(
            f"{alert.subject}   ·   {alert.state.replace('_', ' ')}   ·   score {alert.score:.1%}   ·   "
            f"{alert.hits:,} in it   ·   {alert.first_seen:%Y-%m-%d %H:%M} to {alert.last_seen:%Y-%m-%d %H:%M} UTC",
            130,
        ),
    )
    timeline = figure.add_axes((0.06, 0.45, 0.88, 0.37))
    if case.payments:
        _draw_payments(timeline, case.payments)
        figure.text(0.06, 0.848, _unit(case.payments), fontsize=9.5, color=QUIET, va="center")
    else:
        _draw_evidence(timeline, case.alert.evidence)
        figure.text(0.06, 0.848, "score of each finding by time (UTC)", fontsize=9.5, color=QUIET, va="center")
    figure.text(0.05, 0.345, "Why", fontsize=13, fontweight="bold", color=INK, va="top")
    contributions = case.top.get("contributions") or []
    if contributions:
        _draw_reasons(figure, contributions)
    else:
        write_reasons(figure, 0.05, 0.295, tuple(map(str, case.top.get("reasons", ())))[:5], 74)
    figure.text(0.56, 0.345, "Who is connected", fontsize=13, fontweight="bold", color=INK, va="top")
    if case.links:
        _draw_links(figure, case.links)
    else:
        figure.text(0.56, 0.295, "Nobody else, as far as is known.", fontsize=9.5, color=QUIET, va="top")
    return png(figure)


def _shortened(text: str, most: int) -> str:
    shown = printable(text)
    return shown if len(shown) <= most else f"{shown[: most - 1].rstrip()}…"


def _unit(payments: list[CasePayment]) -> str:
    currencies = sorted({one.currency for one in payments})
    return f"amount ({', '.join(currencies[:4])}) of the customer's payments by time (UTC)"


def _draw_payments(axes: "Axes", payments: list[CasePayment]) -> None:
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    amounts = np.array([one.amount_minor / 10.0 ** decimals(one.currency) for one in payments])
    flagged = np.array([one.flagged for one in payments])
    times = np.array([one.time.replace(tzinfo=None) for one in payments], "datetime64[us]")
    usual = amounts[~flagged]
    if len(usual) >= 4:
        low, high = np.quantile(usual, (0.05, 0.95))
        axes.axhspan(low, high, color=PALE, alpha=0.28, linewidth=0, zorder=1, label="nine in ten of the others")
    quiet = np.flatnonzero(~flagged)
    quiet = quiet[:: max(1, -(-len(quiet) // MOST_DRAWN))]
    axes.scatter(times[quiet], amounts[quiet], s=22, color=BLUE, alpha=0.55, linewidths=0, zorder=2,
                 label=f"not in the alert  {len(usual):,}")  # fmt: skip
    for decision, colour in DECIDED.items():
        chosen = np.array([one.flagged and (one.decision or "review") == decision for one in payments])
        if chosen.any():
            axes.scatter(times[chosen], amounts[chosen], s=70, color=colour, edgecolors="white", linewidths=1, zorder=4,
                         label=f"{decision}  {int(chosen.sum()):,}")  # fmt: skip
    if amounts.min(initial=0) > 0 and amounts.max() > 30 * np.median(amounts):
        axes.set_yscale("log")
    else:
        axes.set_ylim(0, amounts.max(initial=1) * 1.12)
    axes.margins(x=0.03)
    _finish(axes, times)


def _draw_evidence(axes: "Axes", evidence: list[dict[str, Any]]) -> None:
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    timed = [one for one in evidence if "time" in one]
    times = np.array([str(one["time"])[:19] for one in timed], "datetime64[us]")
    axes.scatter(times, [one["score"] for one in timed], s=70, color=RED, edgecolors="white", linewidths=1, zorder=3,
                 label=f"in the alert  {len(timed):,}")  # fmt: skip
    axes.set_ylim(0, 1.08)
    axes.margins(x=0.05)
    _finish(axes, times)


def _finish(axes: "Axes", times: "NDArray[np.datetime64]") -> None:
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    if len(times) and times.min() == times.max():
        hour = np.timedelta64(1, "h")
        axes.set_xlim(cast("Any", times[0] - hour), cast("Any", times[0] + hour))
    clean(axes)
    time_axis(axes)
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=4, frameon=False, fontsize=9.5, labelcolor=INK)


def _draw_reasons(figure: "Figure", contributions: list[dict[str, Any]]) -> None:
    """What moved the score of the highest payment: red towards fraud, blue away from it."""
    axes = figure.add_axes((0.05, 0.03, 0.44, 0.27))
    axes.set_axis_off()
    axes.set_xlim(0, 1.08)
    axes.set_ylim(5.2, 0)
    largest = max(abs(float(one["contribution"])) for one in contributions) or 1.0
    for place, one in enumerate(contributions[:5]):
        share = float(one["contribution"])
        colour = RED if share > 0 else BLUE
        axes.text(
            0, place + 0.3, drawable(str(one["text"]), 80), fontsize=9.5, color=INK, va="center", parse_math=False
        )
        if share:
            axes.barh(place + 0.72, abs(share) / largest * 0.94, height=0.2, color=colour, alpha=0.75)
            axes.text(abs(share) / largest * 0.94 + 0.012, place + 0.72, f"{share:+.2f}", fontsize=8, color=QUIET,
                      va="center")  # fmt: skip


def _draw_links(figure: "Figure", links: list[tuple[str, str, float]]) -> None:
    """Who shares what: a graph whose nodes are named where there are few."""
    import networkx as nx  # noqa: PLC0415 - networkx where it is used

    axes, graph = figure.add_axes((0.54, 0.02, 0.44, 0.29)), nx.Graph()
    for one, other, weight in sorted(links, key=lambda link: -link[2]):
        graph.add_edge(one, other, weight=weight)
    degrees: dict[str, int] = dict(graph.degree())
    shown = sorted(degrees, key=lambda name: (-degrees[name], name))[:MOST_NODES]
    part = graph.subgraph(shown)
    spots = (
        nx.spring_layout(part, seed=0, k=1.4 / max(1, len(shown)) ** 0.5)
        if len(shown) > 2
        else nx.circular_layout(part)
    )
    largest = max(weight for _, _, weight in part.edges(data="weight"))
    for one, other, weight in part.edges(data="weight"):
        (x0, y0), (x1, y1) = spots[one], spots[other]
        axes.plot([x0, x1], [y0, y1], color=QUIET, alpha=0.6, linewidth=0.8 + 2.6 * weight / largest, zorder=1)
    for name in shown:
        kind, _, called = name.partition(" ")
        across, up = spots[name]
        axes.scatter([across], [up], s=150 if len(shown) <= NAMED else 60, color=NODE_COLOURS[kind], zorder=2,
                     linewidths=0)  # fmt: skip
        if len(shown) <= NAMED or degrees[name] > 2:
            axes.annotate(drawable(called, 18), (across, up), xytext=(0, 9), textcoords="offset points", fontsize=8.5,
                          color=INK, ha="center", parse_math=False, zorder=3)  # fmt: skip
    axes.margins(0.14)
    axes.set_axis_off()
    for place, kind in enumerate(sorted({name.partition(" ")[0] for name in shown})):
        figure.text(0.74 + 0.075 * place, 0.337, f"●  {kind}", fontsize=9.5, color=NODE_COLOURS[kind], va="center")
    if len(graph) > len(shown):
        figure.text(0.56, 0.302, f"the {len(shown)} most connected of {len(graph):,}", fontsize=8.5, color=QUIET,
                    va="center")  # fmt: skip
