"""The picture of an analysis: every payment by time and amount, the flagged ones named, and why."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, cast

from models.fraud.decision import Decision
from models.fraud.money import NO_CURRENCY, decimals, format_minor
from tasks.fraud.payments import Payments
from tasks.fraud.score import Assessment
from tasks.fraud.verdict import Verdict

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from models.fraud.transactions import Transactions

INK: Final = "#1f2933"
QUIET: Final = "#7b8794"
GRID: Final = "#e4e7eb"
COLOURS: Final[dict[Decision, str]] = {"approve": "#3e6ae1", "review": "#e08a1e", "block": "#d64545"}
NAMED_ON_CHART: Final = 8
EXPLAINED: Final = 3
CROWDED: Final = 2000
LABEL_PIXELS: Final = (230.0, 20.0)


def verdict_chart(payments: Payments, assessment: Assessment) -> bytes:
    """The analysis as a PNG, 1600 x 900 pixels; times are UTC. The same input gives the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - matplotlib where it is used
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(12.8, 7.2), dpi=125, facecolor="white")
    FigureCanvasAgg(figure)
    timeline = figure.add_axes((0.06, 0.08, 0.53, 0.76))
    why = figure.add_axes((0.63, 0.08, 0.345, 0.76))
    ranked = sorted(range(len(assessment.verdicts)), key=lambda row: -assessment.verdicts[row].score)
    _draw_payments(timeline, payments.batch, assessment)
    flagged = [row for row in ranked if assessment.verdicts[row].decision != "approve"]
    _name_flagged(timeline, payments.batch, assessment, flagged)
    _trace_customer(timeline, payments.batch, flagged[:1] if len(payments.batch) <= CROWDED else [])
    legend = timeline.legend(loc="upper left", ncols=4, frameon=False, fontsize=10, labelcolor=INK, handletextpad=0.2)
    for handle in legend.legend_handles:
        if handle is not None:
            handle.set_alpha(0.9)
    _explain(
        why, payments.batch, [(row, assessment.verdicts[row]) for row in ranked[: max(2, min(len(flagged), EXPLAINED))]]
    )
    _write_titles(figure, payments, assessment)
    output = BytesIO()
    figure.savefig(output, format="png", metadata={"Software": None})
    return output.getvalue()


def _draw_payments(axes: "Axes", batch: "Transactions", assessment: Assessment) -> None:
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    decisions = np.array([verdict.decision for verdict in assessment.verdicts])
    major = _major(batch)
    counts = assessment.counts
    sizes: tuple[tuple[Decision, int], ...] = (("approve", 26), ("review", 70), ("block", 90))
    for decision, size in sizes:
        rows = decisions == decision
        axes.scatter(
            batch.time[rows],
            major[rows],
            s=size if len(batch) <= CROWDED else size / 4,
            color=COLOURS[decision],
            alpha=0.95 if decision != "approve" else 0.55 if len(batch) <= CROWDED else 0.12,
            linewidths=0,
            label=f"{decision}  {counts[decision]:,}",
            zorder=3 if decision == "approve" else 4,
        )
    _style_timeline(axes, batch)


def _style_timeline(axes: "Axes", batch: "Transactions") -> None:
    from datetime import UTC  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415 - numpy where it is used
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415 - matplotlib where it is used
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator  # noqa: PLC0415

    margin = max((batch.time.max() - batch.time.min()) // 16, np.timedelta64(3600, "s"))
    axes.set_xlim(batch.time.min() - margin, batch.time.max() + margin)
    axes.set_yscale("symlog", linthresh=10, linscale=0.5)
    axes.set_ylim(0, max(float(_major(batch).max()) * 1.9, 20))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    new_locator, new_formatter = cast("Any", AutoDateLocator), cast("Any", ConciseDateFormatter)  # they have no types
    locator = new_locator(tz=UTC, minticks=4, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(new_formatter(locator, tz=UTC))
    axes.xaxis.get_offset_text().set_color(QUIET)
    axes.tick_params(colors=QUIET, labelsize=9, length=0, which="both")
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.yaxis.set_major_locator(
        FixedLocator([0, 10, 20, 50, *(10**power * step for power in range(2, 10) for step in (1, 2, 5))])
    )
    axes.yaxis.set_minor_locator(NullLocator())


def _name_flagged(axes: "Axes", batch: "Transactions", assessment: Assessment, flagged: Sequence[int]) -> None:
    """Write id and amount beside the flagged payments of the highest scores."""
    from matplotlib.patheffects import withStroke  # noqa: PLC0415 - matplotlib where it is used

    major, middle = _major(batch), batch.time.min() + (batch.time.max() - batch.time.min()) // 2
    place_of = cast("Any", axes.convert_xunits)  # it has no types
    taken: list[tuple[float, float]] = []
    for row in flagged[:NAMED_ON_CHART]:
        right = bool(batch.time[row] > middle)
        across, up = axes.transData.transform((float(place_of(batch.time[row])), major[row]))
        across += -LABEL_PIXELS[0] / 2 if right else LABEL_PIXELS[0] / 2
        if any(abs(across - x) < LABEL_PIXELS[0] and abs(up - y) < LABEL_PIXELS[1] for x, y in taken):
            continue  # it would lie on a label of a higher score
        taken.append((across, up))
        axes.annotate(
            f"{_short(batch.transaction_id[row])}  {format_minor(int(batch.amount[row]), str(batch.currency[row]))}",
            (batch.time[row], major[row]),
            xytext=(-9 if right else 9, 0),
            textcoords="offset points",
            ha="right" if right else "left",
            va="center",
            fontsize=9,
            fontweight="bold",
            color=COLOURS[assessment.verdicts[row].decision],
            parse_math=False,
            zorder=7,
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )


def _trace_customer(axes: "Axes", batch: "Transactions", rows: Sequence[int]) -> None:
    """Join the payments of the customer of each of `rows`: what was ordinary for them."""
    for row in rows:
        own = (batch.customer == batch.customer[row]).nonzero()[0]
        if not 1 < len(own) <= 500:
            continue
        own = own[batch.time[own].argsort(kind="stable")]
        axes.plot(batch.time[own], _major(batch)[own], color=INK, linewidth=1, alpha=0.35, zorder=2)
        axes.scatter(
            batch.time[own],
            _major(batch)[own],
            s=52,
            facecolors="none",
            edgecolors=INK,
            linewidths=1,
            zorder=6,
            label=_short(batch.customer[row]),
        )


def _explain(axes: "Axes", batch: "Transactions", top: Sequence[tuple[int, Verdict]]) -> None:
    """The highest scores with their reasons as bars: red towards fraud, blue away from it."""
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(1, 0)
    largest = max((abs(reason.contribution) for _, verdict in top for reason in verdict.reasons), default=1.0) or 1.0
    place = 0.0
    for row, verdict in top:
        amount = format_minor(int(batch.amount[row]), str(batch.currency[row]))
        axes.text(0, place, f"{_short(verdict.transaction_id)}  ·  {amount}", fontsize=12, fontweight="bold", color=INK,
                  va="top", parse_math=False)  # fmt: skip
        axes.text(1, place, f"{verdict.score:.1%}  {verdict.decision}", fontsize=12, fontweight="bold", ha="right",
                  color=COLOURS[verdict.decision], va="top")  # fmt: skip
        place += 0.05
        for reason in verdict.reasons[:4]:
            colour = COLOURS["block" if reason.contribution > 0 else "approve"]
            axes.text(0, place + 0.008, reason.text, fontsize=9.5, color=INK, va="top", parse_math=False)
            axes.barh(place + 0.046, abs(reason.contribution) / largest * 0.86, height=0.011, color=colour, alpha=0.75)
            axes.text(abs(reason.contribution) / largest * 0.86 + 0.012, place + 0.046, f"{reason.contribution:+.2f}",
                      fontsize=8, color=QUIET, va="center")  # fmt: skip
            place += 0.062
        place += 0.035


def _write_titles(figure: "Figure", payments: Payments, assessment: Assessment) -> None:
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    counts = assessment.counts
    currencies = [code for code in np.unique(payments.batch.currency.astype("U")).tolist() if code != NO_CURRENCY]
    unit = f" ({', '.join(currencies)})" if currencies else ""
    figure.text(
        0.06, 0.945, f"{len(payments.batch):,} payments", fontsize=21, fontweight="bold", color=INK, va="center"
    )
    figure.text(
        0.06,
        0.9,
        f"{counts['block']:,} blocked, {counts['review']:,} to review   ·   history: {assessment.history}",
        fontsize=11,
        color=INK,
        va="center",
    )
    figure.text(0.06, 0.855, f"amount{unit} by time (UTC)", fontsize=9.5, color=QUIET, va="center")
    figure.text(0.63, 0.945, "Highest scores and why", fontsize=14, fontweight="bold", color=INK, va="center")
    figure.text(0.63, 0.9, "share in the log-odds of fraud (TreeSHAP)", fontsize=9.5, color=QUIET, va="center")
    figure.text(
        0.975,
        0.025,
        f"{assessment.model} {assessment.model_version} ({assessment.detector})",
        fontsize=8.5,
        color=QUIET,
        ha="right",
    )


def _major(batch: "Transactions") -> "NDArray[np.float64]":
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    scale = {code: 10.0 ** decimals(code) for code in set(batch.currency.tolist())}
    major: NDArray[np.float64] = batch.amount / np.array([scale[code] for code in batch.currency.tolist()])
    return major


def _short(identifier: object) -> str:
    text = "".join(
        character if ord(character) < 0x2E80 else "□" for character in str(identifier)
    )  # the font ends there
    return text if len(text) <= 18 else f"{text[:16]}…"
