"""The look that pictures of trainings and backtests share."""

from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#1f2933"
QUIET: Final = "#7b8794"
GRID: Final = "#e4e7eb"
COLOURS: Final = {
    "ensemble": "#1f2933",
    "lstm": "#3e6ae1",
    "transformer": "#8e5bd0",
    "volatility-scaled-random-walk": "#0f9d76",
    "random-walk": "#7b8794",
    "seasonal-naive": "#d64545",
}


def two_panels(title: str, told: str) -> "tuple[Figure, Axes, Axes]":
    """A figure of 1600 x 800 pixels with a title, a line below it, and room for two plots."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - matplotlib where it is used
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(12.8, 6.4), dpi=125, facecolor="white")
    FigureCanvasAgg(figure)
    left, right = figure.add_axes((0.06, 0.2, 0.41, 0.58)), figure.add_axes((0.56, 0.2, 0.41, 0.58))
    figure.text(0.06, 0.93, title, fontsize=17, fontweight="bold", color=INK, va="center")
    figure.text(0.06, 0.87, told, fontsize=10.5, color=QUIET, va="center")
    return figure, left, right


def finish(axes: "Axes", title: str, across: str, up: str) -> None:
    """Names, a quiet grid, no frame."""
    axes.set_title(title, fontsize=11.5, color=INK, loc="left", pad=10)
    axes.set_xlabel(across, fontsize=10, color=QUIET)
    axes.set_ylabel(up, fontsize=10, color=QUIET)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=QUIET, labelsize=9, length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def png(figure: "Figure") -> bytes:
    """The picture; the same figure gives the same bytes."""
    output = BytesIO()
    figure.savefig(output, format="png", metadata={"Software": None})
    return output.getvalue()
