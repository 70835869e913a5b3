"""Any result as text that people read: fields by line, records as tables."""

from collections.abc import Iterator
from typing import Any

from deployments.cli.output import write

MOST_ROWS = 24
MOST_WIDTH = 48
MOST_LINE = 80
INDENT = "  "


def write_pretty(value: Any) -> None:
    """Write a result."""
    for line in pretty_lines(value):
        write(line)


def pretty_lines(value: Any, indent: str = "") -> Iterator[str]:
    """The lines of a result; long lists are cut and say so."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _field(str(name), inner, indent)
    elif _is_table(value):
        yield from _table(value, indent)
    elif isinstance(value, list):
        for inner in value[:MOST_ROWS]:
            lines = list(pretty_lines(inner, indent + INDENT)) or [f"{indent}{INDENT}-"]
            yield f"{indent}- {lines[0].strip()}"
            yield from lines[1:]
        yield from _rest(value, indent)
    else:
        yield indent + _text(value)


def _field(name: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict | list) and value:
        if (line := _in_one_line(value)) is not None:
            yield f"{indent}{name}: {line}"
            return
        yield f"{indent}{name}:"
        yield from pretty_lines(value, indent + INDENT)
    else:
        yield f"{indent}{name}: {_text(value)}"


def _in_one_line(value: Any) -> str | None:
    if isinstance(value, dict) or any(isinstance(one, dict | list) for one in value):
        return None
    line = ", ".join(_text(one) for one in value)
    return line if len(line) <= MOST_LINE else None


def _is_table(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) > 1
        and all(isinstance(one, dict) and one and one.keys() == value[0].keys() for one in value)
        and not any(isinstance(cell, dict | list) and cell for one in value for cell in one.values())
    )


def _table(records: list[dict[str, Any]], indent: str) -> Iterator[str]:
    rows = [list(records[0]), *([_short(cell) for cell in one.values()] for one in records[:MOST_ROWS])]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield from _rest(records, indent)


def _rest(values: list[Any], indent: str) -> Iterator[str]:
    if len(values) > MOST_ROWS:
        yield f"{indent}… and {len(values) - MOST_ROWS} more: `--json` shows all"


def _short(value: Any) -> str:
    text = _text(value).replace("\n", " ")
    return text if len(text) <= MOST_WIDTH or "://" in text else text[: MOST_WIDTH - 1] + "…"


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.10g}"
    if value is None or value in ([], {}):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
