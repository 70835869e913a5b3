"""The smaller panels of a training's picture: what counts, what mistakes cost, weeks before, groups of people."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from models.fraud.training import Training
    from models.fraud.training_record import GroupMeasure

INK: Final = "#1f2933"
QUIET: Final = "#7b8794"
GRID: Final = "#e4e7eb"
BLUE, ORANGE = "#3e6ae1", "#e08a1e"
SHOWN, MOST_GROUPS = 15, 8


def draw_importance(axes: "Axes", training: "Training") -> None:
    """The features that gained the booster for labelled history most, in shares of all gain."""
    variant = training.detector.variant("labelled")
    scores = training.detector.boosters[variant.weights].get_score(importance_type="total_gain")
    gain = {name: float(value) for name, value in scores.items() if not isinstance(value, list)}
    whole = sum(gain.values()) or 1.0
    best = sorted(gain.items(), key=lambda one: one[1])[-SHOWN:]
    axes.barh([name for name, _ in best], [value / whole for _, value in best], color=BLUE, height=0.7)
    _dress(axes, "feature importance: share of the booster's total gain")
    axes.tick_params(axis="y", labelsize=8)


def draw_cost(axes: "Axes", training: "Training") -> None:
    """What decisions would have cost a thousand payments of the later window, by the review threshold."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.fraud.decision import Thresholds  # noqa: PLC0415

    rows, costs = training.evaluation.rows, training.detector.card.costs
    scores, fraud = training.evaluation.scores["labelled"], rows.label == 1
    chosen = training.detector.variant("labelled").thresholds
    grid = np.geomspace(0.0005, max(chosen.block, 0.001), 80)
    each = [
        costs.total(Thresholds(review=float(one), block=chosen.block), scores, fraud, rows.amount) / len(rows) * 10
        for one in grid
    ]
    axes.plot(grid, each, color=BLUE, linewidth=1.8)
    axes.axvline(chosen.review, color=ORANGE, linewidth=1.2, label=f"chosen before: {chosen.review:.3f}")
    axes.set_xscale("log")
    axes.set_ylim(0, None)
    _dress(axes, "cost of a thousand payments, by review threshold (major units)")
    axes.legend(frameon=False, fontsize=8.5, labelcolor=INK)


def draw_folds(axes: "Axes", training: "Training") -> None:
    """Average precision of the weeks before, each judged by what was known before it."""
    names = [fold.judged[5:10] for fold in training.folds]
    axes.plot(names, [fold.metrics.average_precision for fold in training.folds], color=BLUE, marker="o", markersize=4)
    axes.set_ylim(0, 1)
    _dress(axes, "average precision, weeks before")


def draw_groups(axes: "Axes", groups: "list[GroupMeasure]") -> None:
    """Share of frauds found by group of people."""
    shown = sorted(groups, key=lambda one: -one.transactions)[:MOST_GROUPS]
    names = [one.group[:12] for one in shown]
    axes.bar(names, [one.recall or 0.0 for one in shown], color=BLUE, width=0.6)
    axes.set_ylim(0, 1)
    for label in axes.get_xticklabels():
        label.set_parse_math(False)
    _dress(axes, "frauds flagged, by group")


def _dress(axes: "Axes", title: str) -> None:
    axes.set_title(title, fontsize=9.5, color=QUIET, loc="left")
    axes.tick_params(colors=QUIET, labelsize=8.5, length=0, which="both")
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
