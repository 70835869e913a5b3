"""The picture of a classifier's mistakes: what posts said against what they were taken to say."""

from io import BytesIO
from typing import Final

from models.sentiment.card import SentimentCard
from models.sentiment.label import LABELS

INK: Final = "#1f2933"
QUIET: Final = "#7b8794"


def confusion_chart(card: SentimentCard) -> bytes:
    """The confusion matrix of a card as a PNG, 1100 x 1000 pixels. The same card gives the same bytes."""
    import numpy as np  # noqa: PLC0415 - drawing is loaded when it is needed
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    counts = np.array(card.measures.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(8.8, 8), dpi=125, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.15, 0.09, 0.8, 0.72))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for row, truth in enumerate(LABELS):
        for column, said in enumerate(LABELS):
            colour = "white" if shares[row, column] > 0.55 else INK
            text = f"{shares[row, column]:.0%}\n{counts[row, column]:,} {truth}\nsaid to be {said}"
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=11, linespacing=1.5)
    axes.set_xticks(range(len(LABELS)), LABELS)
    axes.set_yticks(range(len(LABELS)), LABELS, rotation=90, va="center")
    axes.set_xlabel("taken to say", color=QUIET)
    axes.set_ylabel("says", color=QUIET)
    axes.tick_params(colors=INK, length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    measures = card.measures
    interval = f"{measures.macro_f1.lower:.3f} to {measures.macro_f1.upper:.3f}"
    figure.text(0.15, 0.93, f"Macro-F1 {measures.macro_f1.value:.3f}", fontsize=17, weight="bold", color=INK)
    figure.text(
        0.15,
        0.85,
        f"95 % interval {interval}, on {measures.posts:,} posts held out; always the same: "
        f"{measures.constant_macro_f1:.3f}.\n{card.variant} {card.version}",
        fontsize=10,
        color=QUIET,
        linespacing=1.6,
    )
    output = BytesIO()
    figure.savefig(output, format="png", metadata={"Software": None})
    return output.getvalue()
