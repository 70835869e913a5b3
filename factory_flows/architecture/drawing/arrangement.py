"""Where boxes stand: in rows, each link from a row to one further down."""

from dataclasses import dataclass
from typing import Final
from unicodedata import east_asian_width

from factory_flows.architecture.drawing.diagram import Box, Diagram

LINE: Final = 18  # pixels from one line of text to the next
PADDING: Final = 12
HEAD: Final = 48  # pixels for the title of the drawing
_LETTER: Final = 7.4  # pixels of a letter of 13 pixels, on average
_COLUMNS: Final = 30  # letters in a line
_ACROSS: Final = 4  # boxes side by side
_GAP_X: Final = 40
_GAP_Y: Final = 70
WIDTH: Final = round(_COLUMNS * _LETTER) + 2 * PADDING


@dataclass(frozen=True)
class Placed:
    """A box with its upper left corner and its height, in pixels, and its text in lines that fit."""

    title: tuple[str, ...]
    lines: tuple[str, ...]
    x: int
    y: int
    height: int


def arrange(diagram: Diagram) -> tuple[dict[str, Placed], int, int]:
    """Boxes by key, and the size of the whole in pixels: width and height."""
    rows = _rows(diagram)
    across = max(len(row) for row in rows)
    width = across * (WIDTH + _GAP_X) + _GAP_X
    placed, y = dict[str, Placed](), HEAD + PADDING
    for row in rows:
        x = (width - len(row) * (WIDTH + _GAP_X) + _GAP_X) // 2
        for box in row:
            placed[box.key] = _placed(box, x, y)
            x += WIDTH + _GAP_X
        y = max(placed[box.key].height for box in row) + y + _GAP_Y
    return placed, width, y - _GAP_Y + 2 * PADDING


def _rows(diagram: Diagram) -> list[list[Box]]:
    rank = _ranks(diagram)
    rows = []
    for number in sorted(set(rank.values())):
        row = [box for box in diagram.boxes if rank[box.key] == number]
        rows += [row[start : start + _ACROSS] for start in range(0, len(row), _ACROSS)]
    return rows


def _ranks(diagram: Diagram) -> dict[str, int]:
    """How far down each box is: below all that link to it, where links do not go round in a circle."""
    targets = {box.key: [link.target for link in diagram.links if link.source == box.key] for box in diagram.boxes}
    rank = {box.key: 0 for box in diagram.boxes}

    def push(key: str, above: tuple[str, ...]) -> None:
        for target in targets[key]:
            if target not in above and rank[target] <= rank[key]:
                rank[target] = rank[key] + 1
                push(target, (*above, target))

    for box in diagram.boxes:
        push(box.key, (box.key,))
    return rank


def _placed(box: Box, x: int, y: int) -> Placed:
    title = tuple(wrapped(box.title))
    lines = tuple(part for line in box.lines for part in wrapped(line))
    return Placed(title, lines, x, y, (len(title) + len(lines)) * LINE + 3 * PADDING)


def wrapped(text: str) -> list[str]:
    """Lines that fit into a box; letters of Chinese and Japanese are twice as wide."""
    lines, line = [], ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if _columns(joined) <= _COLUMNS:
            line = joined
            continue
        if line:
            lines.append(line)
        line = ""
        for letter in word:
            if _columns(line + letter) > _COLUMNS:
                lines.append(line)
                line = ""
            line += letter
    return [*lines, line] if line else lines


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
