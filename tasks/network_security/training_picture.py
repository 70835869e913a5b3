"""The picture of a training: what was found of each attack that was held out, and precision against recall."""

from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from models.network_security.training import Training

INK: Final = "#1f2933"
QUIET: Final = "#7b8794"
GRID: Final = "#e4e7eb"
WHOLE, TREES, NOVEL = "#3e6ae1", "#c3cdd9", "#e08a1e"
MOST: Final = 24


def training_picture(training: "Training") -> bytes:
    """The evaluation as a PNG, 1600 x 900 pixels. The same input gives the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - matplotlib where it is used
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(12.8, 7.2), dpi=125, facecolor="white")
    FigureCanvasAgg(figure)
    _draw_attacks(figure.add_axes((0.17, 0.08, 0.36, 0.74)), training)
    _draw_precision(figure.add_axes((0.62, 0.12, 0.355, 0.66)), training)
    _write_titles(figure, training)
    output = BytesIO()
    figure.savefig(output, format="png", metadata={"Software": None})
    return output.getvalue()


def _draw_attacks(axes: "Axes", training: "Training") -> None:
    held = training.metrics.held_out[:MOST]
    places = list(range(len(held)))
    axes.barh(places, [one.found for one in held], height=0.7, color=WHOLE, label="trees and novelty")
    axes.barh(places, [one.found_by_trees for one in held], height=0.3, color=TREES, label="trees alone at 0.5")
    for place, one in zip(places, held, strict=True):
        axes.text(1.01, place, f"{one.records:,}", fontsize=8, color=QUIET, va="center")
    axes.set_yticks(places, [f"{one.attack[:22]}  ({one.attack_class[:12]})" for one in held])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("share found while its kind was held out; records on the right", fontsize=9.5, color=QUIET)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 0.995), ncols=2, frameon=False, fontsize=9, labelcolor=INK)
    _finish(axes)
    for label in axes.get_yticklabels():
        label.set_parse_math(False)


def _draw_precision(axes: "Axes", training: "Training") -> None:
    from sklearn.metrics import precision_recall_curve  # noqa: PLC0415 - scikit-learn where it is used

    future, opinions = training.future, training.opinions
    new = future.unseen | ~future.malicious
    curves = (
        ("trees and novelty", training.detector.card.combination.log_odds(opinions), WHOLE),
        ("trees alone", opinions.supervised, QUIET),
        ("novelty alone", opinions.novelty, NOVEL),
    )
    for name, scores, colour in curves:
        precision, recall, _ = precision_recall_curve(
            future.malicious[new], scores[new], sample_weight=future.weight[new]
        )
        axes.plot(recall, precision, color=colour, linewidth=1.8, label=name)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("recall of unseen attack kinds (each name counts the same)", fontsize=9.5, color=QUIET)
    axes.set_ylabel("precision", fontsize=9.5, color=QUIET)
    axes.legend(loc="lower left", frameon=False, fontsize=9, labelcolor=INK)
    _finish(axes)


def _finish(axes: "Axes") -> None:
    axes.tick_params(colors=QUIET, labelsize=8.5, length=0, which="both")
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def _write_titles(figure: "Figure", training: "Training") -> None:
    card, metrics = training.detector.card, training.metrics
    figure.text(0.06, 0.945, f"{card.name} {card.version}", fontsize=18, fontweight="bold", color=INK, va="center",
                parse_math=False)  # fmt: skip
    figure.text(
        0.06,
        0.895,
        f"found of unseen kinds {metrics.found_unseen:.1%}, of known kinds {metrics.found_known:.1%}   ·   false "
        f"alarms {metrics.false_alarms:.1%}, on changed normal traffic {metrics.false_alarms_changed:.1%}   ·   AP "
        f"unseen {metrics.average_precision_unseen:.3f}, AUC {metrics.roc_auc:.3f}",
        fontsize=10.5,
        color=INK,
        va="center",
    )
