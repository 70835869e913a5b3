"""The picture of an analysis: traffic over time by decision, who talks most, and the gravest verdicts with reasons."""

from io import BytesIO
from typing import TYPE_CHECKING, Final

from tasks.network_security.assessment import Assessment
from tasks.network_security.traffic import Traffic
from tasks.network_security.verdict import DECISIONS, Decision

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

INK: Final = "#1f2933"
QUIET: Final = "#7b8794"
GRID: Final = "#e4e7eb"
COLOURS: Final[dict[Decision, str]] = {"normal": "#9db4f0", "watch": "#e08a1e", "attack": "#d64545"}
BINS: Final = 90
TALKERS: Final = 8
EXPLAINED: Final = 4


def traffic_picture(traffic: Traffic, assessment: Assessment) -> bytes:
    """The analysis as a PNG, 1600 x 900 pixels; times are UTC. The same input gives the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - matplotlib where it is used
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(12.8, 7.2), dpi=125, facecolor="white")
    FigureCanvasAgg(figure)
    timeline, bars = figure.add_axes((0.06, 0.52, 0.53, 0.32)), figure.add_axes((0.2, 0.07, 0.39, 0.34))
    why = figure.add_axes((0.63, 0.07, 0.345, 0.77))
    _draw_timeline(timeline, traffic, assessment)
    if traffic.in_context:
        _draw_bars(bars, *_talkers(traffic, assessment))
    else:
        _draw_bars(bars, *_classes(assessment))
    _explain(why, traffic, assessment)
    _write_titles(figure, traffic, assessment)
    output = BytesIO()
    figure.savefig(output, format="png", metadata={"Software": None})
    return output.getvalue()


def _draw_timeline(axes: "Axes", traffic: Traffic, assessment: Assessment) -> None:
    """Records by time, or by their place in the file where no time is known."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415 - matplotlib where it is used

    timed = traffic.flows is not None and bool(np.isfinite(traffic.flows.time).all())
    place = traffic.flows.time if timed and traffic.flows is not None else np.arange(len(traffic), dtype=float)
    first, last = float(place.min()), float(place.max())
    edges = np.linspace(first, last if last > first else first + 1, BINS + 1)
    most = 1.0
    for decision, share in zip(DECISIONS, (1.0, 0.72, 0.44), strict=True):  # not stacked: a log scale
        counts = np.histogram(place[assessment.decision == decision], edges)[0].astype(float)
        middle, width = (edges[:-1] + edges[1:]) / 2, np.diff(edges) * share
        axes.bar(middle, counts, width=width, color=COLOURS[decision], linewidth=0,
                 label=f"{decision}  {assessment.counts()[decision]:,}")  # fmt: skip
        most = max(most, float(counts.max()))
    axes.set_yscale("symlog", linthresh=10)
    axes.set_ylim(0, most * 2.6)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.set_xlim(edges[0], edges[-1])
    _finish(axes)
    _label_times(axes, first, last) if timed else axes.set_xlabel("record", fontsize=9, color=QUIET)
    axes.legend(loc="upper left", ncols=3, frameon=False, fontsize=9.5, labelcolor=INK)


def _label_times(axes: "Axes", first: float, last: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415 - matplotlib where it is used

    from tasks.network_security.assessment import moment  # noqa: PLC0415

    shown = "%H:%M:%S" if last - first < 7200 else "%d %b %H:%M"

    def text(seconds: float, _: float) -> str:
        time = moment(seconds)
        return time.strftime(shown) if time else ""

    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.xaxis.set_major_formatter(FuncFormatter(text))


def _talkers(traffic: Traffic, assessment: Assessment) -> tuple[str, list[str], "list[NDArray[np.float64]]"]:
    """The sources of most flagged flows, then of most flows, with their flows by decision."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    flows = traffic.flows
    sources, inverse = np.unique(np.array([] if flows is None else flows.src.astype(str)), return_inverse=True)
    counts = [
        np.bincount(inverse, assessment.decision == decision, len(sources)).astype(np.float64) for decision in DECISIONS
    ]
    order = np.lexsort((-np.sum(counts, axis=0), -counts[1], -counts[2]))[:TALKERS]
    return "flows by source", [str(sources[index]) for index in order], [part[order] for part in counts]


def _classes(assessment: Assessment) -> tuple[str, list[str], "list[NDArray[np.float64]]"]:
    """Records by class and decision."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    names = list(assessment.classes())[:TALKERS]
    listed = assessment.attack_class.astype(str)
    counts = [
        np.array([float(((listed == name) & (assessment.decision == decision)).sum()) for name in names])
        for decision in DECISIONS
    ]
    return "records by class", names, counts


def _draw_bars(axes: "Axes", title: str, names: list[str], counts: "list[NDArray[np.float64]]") -> None:
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    places, before = np.arange(len(names)), np.zeros(len(names))
    for decision, part in zip(DECISIONS, counts, strict=True):
        axes.barh(places, part, left=before, height=0.62, color=COLOURS[decision], linewidth=0)
        before += part
    for place, total in enumerate(before.tolist()):
        axes.text(total + before.max() * 0.012, place, f"{total:,.0f}", fontsize=8.5, color=QUIET, va="center")
    axes.set_yticks(places, [_short(name, 26) for name in names])
    axes.invert_yaxis()
    axes.set_xlim(0, max(before.max(), 1) * 1.1)
    axes.set_title(title, fontsize=10, color=QUIET, loc="left")
    _finish(axes)
    axes.tick_params(axis="y", colors=INK)
    for label in axes.get_yticklabels():
        label.set_parse_math(False)


def _finish(axes: "Axes") -> None:
    axes.tick_params(colors=QUIET, labelsize=9, length=0, which="both")
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def _explain(axes: "Axes", traffic: Traffic, assessment: Assessment) -> None:
    """The gravest findings, then the highest scores of different classes, each with its reasons."""
    import textwrap  # noqa: PLC0415

    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(1, 0)
    place = 0.0
    for row in _different(assessment):
        verdict = assessment.verdict(traffic, row)
        who = f"{verdict.src} → {verdict.dst}" if verdict.src and verdict.dst else f"record {verdict.record:,}"
        axes.text(0, place, _short(who, 44), fontsize=10.5, fontweight="bold", color=INK, va="top", parse_math=False)
        place += 0.04
        said = f"{_short(verdict.attack_class, 24)}   {verdict.score:.2f}   {verdict.decision}"
        colour = COLOURS[verdict.decision]
        axes.text(0, place, said, fontsize=9.5, color=colour, fontweight="bold", va="top", parse_math=False)
        place += 0.037
        for reason in verdict.reasons[:3]:
            for line in textwrap.wrap(_printable(reason.text), 66)[:3]:
                axes.text(0, place, line, fontsize=8.8, color=INK, va="top", parse_math=False)
                place += 0.031
        place += 0.028
        if place > 0.86:
            break


def _different(assessment: Assessment) -> list[int]:
    """Rows of the highest scores, no two of which belong to one finding or, without any, are of one class."""
    chosen: list[int] = []
    seen: set[object] = set()
    for row in assessment.ranked().tolist():
        own = assessment.hits[row] if assessment.hits else []
        key = own[0] if own else assessment.attack_class[row]
        if key not in seen:
            seen.add(key)
            chosen.append(row)
        if len(chosen) == EXPLAINED:
            break
    return chosen


def _write_titles(figure: "Figure", traffic: Traffic, assessment: Assessment) -> None:
    counts = assessment.counts()
    figure.text(0.06, 0.945, f"{len(traffic):,} {traffic.format} records", fontsize=21, fontweight="bold", color=INK,
                va="center")  # fmt: skip
    judges = ", ".join(one.judge for one in assessment.judged_by if one.applied) or "nobody"
    figure.text(0.06, 0.9, f"{counts['attack']:,} attacks, {counts['watch']:,} to watch   ·   "
                f"{len(assessment.findings):,} findings of rules   ·   judged by {judges}", fontsize=11, color=INK,
                va="center")  # fmt: skip
    figure.text(0.06, 0.862, "records over time (UTC)" if traffic.in_context else "records in the order of the file",
                fontsize=9.5, color=QUIET, va="center")  # fmt: skip
    figure.text(0.63, 0.945, "Highest scores and why", fontsize=14, fontweight="bold", color=INK, va="center")
    figure.text(0.63, 0.9, "one of each kind", fontsize=9.5, color=QUIET, va="center")
    figure.text(0.975, 0.025, f"{assessment.model} {assessment.model_version}", fontsize=8.5, color=QUIET, ha="right",
                parse_math=False)  # fmt: skip


def _printable(text: str) -> str:
    return "".join(character if ord(character) < 0x2E80 else "□" for character in text)  # the font ends there


def _short(text: str, most: int) -> str:
    shown = _printable(text)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
