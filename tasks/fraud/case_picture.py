"""The picture of a case: what happened when, who is connected with it, and why it stands out."""

from typing import TYPE_CHECKING, Any, Final, cast

from models.fraud.money import decimals
from tasks.fraud.case import CaseFile, CasePayment
from tasks.fraud.case_graph import draw_links
from tasks.market_abuse.plain import drawable
from tasks.market_abuse.style import (
    BLUE,
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

WIDE: Final = 64
"""Longest title that fits in the largest letters."""

MOST_DRAWN: Final = 3_000
CROWDED: Final = 500
DECIDED: Final = {"review": ORANGE, "block": RED}


def case_picture(case: CaseFile) -> bytes:
    """A PNG, 1600 x 900 pixels; times are UTC. The same case gives the same bytes."""
    alert = case.alert
    figure = new_figure(
        _shortened(alert.title, 82),
        drawable(
            f"{alert.subject}   ·   {alert.state.replace('_', ' ')}   ·   score {alert.score:.1%}   ·   "
            f"{alert.hits:,} in it   ·   {case.when}",
            130,
        ),
    )
    if len(alert.title) > WIDE:
        figure.texts[0].set_fontsize(16)
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
        draw_links(figure, case.links)
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
        axes.axhspan(low, high, color=PALE, alpha=0.45, linewidth=0, zorder=1, label="nine in ten of the others")
    quiet = np.flatnonzero(~flagged)
    quiet = quiet[:: max(1, -(-len(quiet) // MOST_DRAWN))]
    if len(quiet):
        size, alpha = (22, 0.55) if len(quiet) <= CROWDED else (9, 0.3)
        axes.scatter(times[quiet], amounts[quiet], s=size, color=BLUE, alpha=alpha, linewidths=0, zorder=2,
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
        around = np.timedelta64(65, "m")
        axes.set_xlim(cast("Any", times[0] - around), cast("Any", times[0] + around))
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
