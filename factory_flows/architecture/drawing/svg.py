"""Diagrams as SVG: one file, without a script, that any browser shows."""

import html
from collections.abc import Iterator
from typing import Final

from factory_flows.architecture.drawing.arrangement import LINE, PADDING, WIDTH, Placed, arrange
from factory_flows.architecture.drawing.diagram import Diagram, Link

_STYLE: Final = (
    "text { font: 13px system-ui, sans-serif; fill: #1f2933; } .title { font-weight: 600; } "
    ".head { font-size: 17px; font-weight: 600; } .box { fill: #f5f8fc; stroke: #3a6ea5; stroke-width: 1.5; } "
    ".link { fill: none; stroke: #52667a; stroke-width: 1.5; } "
    ".label { font-size: 12px; paint-order: stroke; stroke: #ffffff; stroke-width: 4px; }"
)


def svg(diagram: Diagram) -> str:
    """The drawing; the same diagram gives the same bytes."""
    return "\n".join(_drawing(diagram)) + "\n"


def _drawing(diagram: Diagram) -> Iterator[str]:
    placed, width, height = arrange(diagram)
    title = html.escape(diagram.title)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    yield f'     role="img"><title>{title}</title>'
    yield f"<style>{_STYLE}</style>"
    yield '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
    yield 'orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="#52667a"/></marker></defs>'
    yield f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    yield f'<text class="head" x="{PADDING * 2}" y="30">{title}</text>'
    routes = [_route(link, placed, number) for number, link in enumerate(diagram.links)]
    yield from (f'<path class="link" d="{path}" marker-end="url(#arrow)"/>' for path, _ in routes)
    for box in placed.values():  # after the links, which pass behind boxes that they do not mean
        yield from _box(box)
    for link, (_, middle) in zip(diagram.links, routes, strict=True):
        yield from _label(link, middle)
    yield "</svg>"


def _box(box: Placed) -> Iterator[str]:
    yield f'<rect class="box" x="{box.x}" y="{box.y}" width="{WIDTH}" height="{box.height}" rx="6"/>'
    y = box.y + PADDING
    for style, lines in (("title", box.title), ("line", box.lines)):
        for line in lines:
            y += LINE
            yield f'<text class="{style}" x="{box.x + PADDING}" y="{y - 4}">{html.escape(line)}</text>'
        y += PADDING // 2


def _route(link: Link, placed: dict[str, Placed], number: int) -> tuple[str, tuple[int, int]]:
    """The path of a link, and where its label stands."""
    source, target = placed[link.source], placed[link.target]
    shift = (number % 5 - 2) * 24  # links of the same boxes do not lie on each other
    if link.source == link.target:
        x, y = source.x + WIDTH, source.y + 20
        path, middle = f"M{x} {y}C{x + 34} {y - 10} {x + 34} {y + 50} {x} {y + 40}", (x - 20, y + 60)
    elif source.y == target.y:
        left, right = sorted((source, target), key=lambda box: box.x)
        y = source.y + 30 + number % 3 * 16
        ends = (left.x + WIDTH, right.x) if source is left else (right.x, left.x + WIDTH)
        path, middle = f"M{ends[0]} {y}L{ends[1]} {y}", (sum(ends) // 2, y - 6)
    else:
        down = source.y < target.y
        x1, x2 = source.x + WIDTH // 2 + shift, target.x + WIDTH // 2 + shift
        y1 = source.y + source.height if down else source.y
        y2 = target.y if down else target.y + target.height
        bend = (y2 - y1) // 2
        path = f"M{x1} {y1}C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}"
        middle = ((x1 + x2) // 2, (y1 + y2) // 2)
    return path, middle


def _label(link: Link, middle: tuple[int, int]) -> Iterator[str]:
    if label := " ".join(part for part in (link.label, link.ends if link.ends != "arrow" else "") if part):
        yield f'<text class="label" text-anchor="middle" x="{middle[0]}" y="{middle[1]}">{html.escape(label)}</text>'
