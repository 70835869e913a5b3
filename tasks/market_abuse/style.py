"""How the pictures of an analysis look."""

from io import BytesIO
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK: Final = "#1f2933"
QUIET: Final = "#7b8794"
GRID: Final = "#e4e7eb"
RED: Final = "#d64545"
BLUE: Final = "#3e6ae1"
GREEN: Final = "#2f9e6e"
ORANGE: Final = "#e08a1e"
PALE: Final = "#c9d3e6"


def new_figure(title: str, below: str) -> "Figure":
    """An empty picture of 1600 x 900 pixels with its title."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - matplotlib where it is used
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(12.8, 7.2), dpi=125, facecolor="white")
    FigureCanvasAgg(figure)
    figure.text(0.05, 0.945, title, fontsize=20, fontweight="bold", color=INK, va="center", parse_math=False)
    figure.text(0.05, 0.9, below, fontsize=11, color=INK, va="center", parse_math=False)
    return figure


def png(figure: "Figure") -> bytes:
    """The picture; the same input gives the same bytes."""
    output = BytesIO()
    figure.savefig(output, format="png", metadata={"Software": None})
    return output.getvalue()


def clean(axes: "Axes") -> None:
    """No frame, quiet ticks, a pale grid."""
    axes.tick_params(colors=QUIET, labelsize=9, length=0, which="both")
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def time_axis(axes: "Axes") -> None:
    """Times in UTC along the axis, each day named once."""
    from datetime import UTC  # noqa: PLC0415

    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415 - matplotlib where it is used

    new_locator, new_formatter = cast("Any", AutoDateLocator), cast("Any", ConciseDateFormatter)  # they have no types
    locator = new_locator(tz=UTC, minticks=3, maxticks=8)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(new_formatter(locator, tz=UTC))
    axes.xaxis.get_offset_text().set_color(QUIET)


def write_reasons(figure: "Figure", left: float, top: float, reasons: "tuple[str, ...]", width: int) -> float:
    """Sentences below each other from `top` down, wrapped; returns where the next would begin."""
    import textwrap  # noqa: PLC0415

    place = top
    for reason in reasons:
        for number, line in enumerate(textwrap.wrap(printable(reason), width)[:5]):
            figure.text(left, place, ("•  " if number == 0 else "    ") + line, fontsize=9.5, color=INK, va="top",
                        parse_math=False)  # fmt: skip
            place -= 0.028
        place -= 0.012
    return place


def printable(text: str) -> str:
    """What the font has no sign for becomes a box."""
    return "".join(character if ord(character) < 0x2E80 else "□" for character in text)
