"""The picture of a training: precision against recall, and how far probabilities can be taken at their word."""

from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from models.fraud.features import History
    from models.fraud.training import Evaluation, Training
    from models.fraud.training_record import GroupMeasure

INK: Final = "#1f2933"
QUIET: Final = "#7b8794"
GRID: Final = "#e4e7eb"
COLOURS: "Final[dict[History, str]]" = {"labelled": "#3e6ae1", "unlabelled": "#8e5bd0", "none": "#e08a1e"}
NAMES: "Final[dict[History, str]]" = {
    "labelled": "labelled history",
    "unlabelled": "no labels",
    "none": "no history",
}
BINS: Final = 8


def training_chart(training: "Training", groups: "list[GroupMeasure]") -> bytes:
    """The evaluation as a PNG, 1600 x 1500 pixels. The same input gives the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - matplotlib where it is used
    from matplotlib.figure import Figure  # noqa: PLC0415

    from tasks.fraud.training_panels import draw_cost, draw_folds, draw_groups, draw_importance  # noqa: PLC0415

    figure = Figure(figsize=(12.8, 12), dpi=125, facecolor="white")
    FigureCanvasAgg(figure)
    curves, calibration = figure.add_axes((0.06, 0.55, 0.42, 0.31)), figure.add_axes((0.56, 0.55, 0.42, 0.31))
    for history in COLOURS:
        _draw_precision(curves, training.evaluation, history)
        _draw_calibration(calibration, training.evaluation, history)
    _draw_ensemble(curves, training)
    _finish(curves, "recall: share of frauds found", "precision: share of alarms that are frauds")
    _finish(calibration, "probability given (log scale)", "share that was fraud")
    draw_importance(figure.add_axes((0.19, 0.06, 0.29, 0.36)), training)
    draw_cost(figure.add_axes((0.56, 0.27, 0.42, 0.15)), training)
    if groups:
        draw_groups(figure.add_axes((0.56, 0.06, 0.19, 0.11)), groups)
    if training.folds:
        draw_folds(figure.add_axes((0.80, 0.06, 0.18, 0.11)), training)
    _write_titles(figure, training)
    output = BytesIO()
    figure.savefig(output, format="png", metadata={"Software": None})
    return output.getvalue()


def _draw_ensemble(axes: "Axes", training: "Training") -> None:
    from sklearn.metrics import precision_recall_curve  # noqa: PLC0415 - scikit-learn where it is used

    metrics = training.ensemble.card.metrics
    if metrics is not None:
        precision, recall, _ = precision_recall_curve(training.evaluation.rows.label == 1, training.ensemble_scores)
        name = f"with forest: AP {metrics.average_precision:.3f}"
        axes.plot(recall, precision, color="#2f9e67", linewidth=1.4, linestyle=(0, (4, 2)), label=name)


def _draw_precision(axes: "Axes", evaluation: "Evaluation", history: "History") -> None:
    from sklearn.metrics import precision_recall_curve  # noqa: PLC0415 - scikit-learn where it is used

    precision, recall, _ = precision_recall_curve(evaluation.rows.label == 1, evaluation.scores[history])
    found = evaluation.metrics[history].average_precision
    axes.plot(recall, precision, color=COLOURS[history], linewidth=1.8, label=f"{NAMES[history]}: AP {found:.3f}")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)


def _draw_calibration(axes: "Axes", evaluation: "Evaluation", history: "History") -> None:
    """Means of bins that hold equal shares of the frauds expected, so that each has enough of them to tell."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    order = evaluation.scores[history].argsort(kind="stable")
    scores, fraud = evaluation.scores[history][order], (evaluation.rows.label == 1)[order]
    expected = np.cumsum(scores)
    bins = np.minimum((expected / expected[-1] * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    filled = counts > 0
    given = np.bincount(bins, scores, BINS)[filled] / counts[filled]
    was = np.bincount(bins, fraud, BINS)[filled] / counts[filled]
    size = 14 + 10 * np.log10(counts[filled])
    axes.plot(given, was, color=COLOURS[history], linewidth=1.2, alpha=0.7)
    axes.scatter(given, was, s=size, color=COLOURS[history], label=f"{NAMES[history]}: Brier "
                 f"{evaluation.metrics[history].brier:.4f}")  # fmt: skip
    axes.set_xscale("log")
    axes.set_yscale("symlog", linthresh=1e-3, linscale=0.3)
    axes.set_xlim(1e-3, 1.15)
    axes.set_ylim(0, 1.15)
    if history == "labelled":
        axes.plot([1e-3, 1], [1e-3, 1], color=QUIET, linewidth=1, linestyle=(0, (4, 3)), zorder=1)


def _finish(axes: "Axes", across: str, up: str) -> None:
    axes.set_xlabel(across, fontsize=10, color=QUIET)
    axes.set_ylabel(up, fontsize=10, color=QUIET)
    axes.tick_params(colors=QUIET, labelsize=9, length=0, which="both")
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.legend(
        frameon=False,
        fontsize=8.5,
        labelcolor=INK,
        loc="lower left",
        bbox_to_anchor=(-0.02, 0.99),
        ncols=2,
        columnspacing=0.8,
        handlelength=1.2,
        handletextpad=0.5,
    )


def _write_titles(figure: "Figure", training: "Training") -> None:
    card, metrics = training.detector.card, training.evaluation.metrics["labelled"]
    figure.text(0.06, 0.965, f"{card.name} {card.version}", fontsize=19, fontweight="bold", color=INK, va="center",
                parse_math=False)  # fmt: skip
    figure.text(
        0.06,
        0.94,
        f"evaluated on {card.data.evaluated.replace('/', ' to ')}: {metrics.transactions:,} payments, "
        f"{metrics.frauds:,} frauds, known compromised cards removed",
        fontsize=11,
        color=INK,
        va="center",
    )
    figure.text(0.06, 0.92, f"trained on {card.data.source}", fontsize=9.5, color=QUIET, va="center", parse_math=False)
