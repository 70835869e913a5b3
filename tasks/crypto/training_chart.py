"""The picture of a training: loss by epoch, and how new and old do on later candles."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tasks.crypto.panel import COLOURS, INK, QUIET, finish, png, two_panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tasks.crypto.training import NetworkComparison, Training

OLD: Final = "#cbd2d9"


def training_chart(training: "Training", networks: Sequence["NetworkComparison"]) -> bytes:
    """1600 x 800 pixels, PNG."""
    told = f"trained until {training.until:%Y-%m-%d %H:%M} UTC, compared on {networks[0].window}"
    figure, losses, skills = two_panels("Training of price forecasters", told)
    _draw_losses(losses, training)
    _draw_skills(skills, networks)
    finish(losses, "Loss by epoch: training (dashed), validation (solid)", "epoch", "mean pinball loss")
    finish(skills, "CRPS skill over the random walk on later candles", "", "%")
    skills.grid(axis="x", visible=False)
    figure.legend(*losses.get_legend_handles_labels(), loc="lower left", bbox_to_anchor=(0.055, 0.02), ncols=4,
                  frameon=False, fontsize=9.5)  # fmt: skip
    return png(figure)


def _draw_losses(axes: "Axes", training: "Training") -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - matplotlib where it is used

    for kind, found in training.networks.items():
        for rank, one in enumerate(found):
            epochs = [epoch.number for epoch in one.history]
            colour, alpha = COLOURS[kind], 1.0 if rank == 0 else 0.35
            validation = [epoch.validation_loss for epoch in one.history]
            label = f"{kind}, seed {one.card.seed}"
            axes.plot(epochs, validation, color=colour, alpha=alpha, linewidth=1.8, label=label, marker="o", ms=3)
            fitted = [epoch.training_loss for epoch in one.history]
            axes.plot(epochs, fitted, color=colour, alpha=alpha, linewidth=1.3, linestyle=(0, (4, 3)))
            best = one.card.epochs
            if 0 < best <= len(validation):
                axes.plot([best], [validation[best - 1]], marker="o", ms=9, mfc="none", mec=colour, alpha=alpha)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _draw_skills(axes: "Axes", networks: Sequence["NetworkComparison"]) -> None:
    for place, one in enumerate(networks):
        pairs = ((-0.19, one.metrics, COLOURS[one.kind], "new"), (0.19, one.rival_metrics, OLD, one.rival))
        for shift, metrics, colour, name in pairs:
            skill = 100 * metrics.crps_skill
            axes.bar(place + shift, skill, width=0.34, color=colour)
            axes.annotate(f"{name}\n{skill:+.2f} %", (place + shift, max(skill, 0)), xytext=(0, 4),
                          textcoords="offset points", ha="center", va="bottom", fontsize=9.5, color=INK)  # fmt: skip
    axes.axhline(0, color=QUIET, linewidth=1)
    axes.set_xticks(range(len(networks)), [one.kind for one in networks])
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, -0.5), max(high, 0.5) + 0.25 * (max(high, 0.5) - min(low, -0.5)))
