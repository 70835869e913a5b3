"""Files of labelled posts: CSV with the columns text and label. Whatever is wrong is told by row."""

import csv
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from blocks.source import fetch
from models.sentiment.label import LABELS

if TYPE_CHECKING:
    from models.sentiment.learning import LabelledPosts

MOST_BYTES: Final = 64 << 20
MOST_POSTS: Final = 200_000
LONGEST: Final = 20_000  # characters of one cell
EXAMPLES: Final = 3
_WORDS: Final = {
    **{label: place for place, label in enumerate(LABELS)},
    **{str(place): place for place in range(len(LABELS))},
    "negative": 0,
    "positive": 1,
}


class LabelledFileError(ValueError):
    """A file can't be read as labelled posts; says which rows and what to do."""


def fetch_labelled(uri: str, source: str, limits: tuple[str, ...]) -> tuple["LabelledPosts", list[str]]:
    """The labelled posts that `uri` names, and what was noticed. Raises `LabelledFileError`, `SourceError`."""
    with TemporaryDirectory(prefix="labelled-") as folder:
        path = Path(folder) / "posts"
        fetch(uri, path, MOST_BYTES)
        return read_labelled(path, source, limits)


def read_labelled(path: Path, source: str, limits: tuple[str, ...] = ()) -> tuple["LabelledPosts", list[str]]:
    """The rows of a CSV file in UTF-8, each text once.

    Labels are bearish, bullish, neutral, or 0, 1, 2 for them, or negative and positive. A text that comes twice with
    different labels is left out: nobody knows what it says. Raises `LabelledFileError`.
    """
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.sentiment.learning import LabelledPosts  # noqa: PLC0415 - scikit-learn where it is used

    found: dict[str, int | None] = {}
    wrong: list[str] = []
    repeated = 0
    for number, text, label in _rows(path):
        place = _WORDS.get(label.strip().casefold().removesuffix(".0"))
        if place is None or not text.strip():
            wrong.append(f"row {number}: " + ("no text" if place is not None else f"label {label[:30]!a}"))
            continue
        if text in found:
            repeated += 1
            place = place if found[text] == place else None
        found[text] = place
    if wrong:
        raise LabelledFileError(
            f"{len(wrong)} rows can't be right ({'; '.join(wrong[:EXAMPLES])}). A label is one of "
            f"{', '.join(LABELS)}, or 0, 1, 2 for them, and no text is empty."
        )
    known = {text: place for text, place in found.items() if place is not None}
    warnings = [f"{repeated:,} posts came more than once and count once."] if repeated else []
    if contradicted := len(found) - len(known):
        warnings.append(f"{contradicted:,} posts have two labels and were left out.")
    return LabelledPosts(tuple(known), np.array(list(known.values()), dtype=np.int64), source, limits), warnings


def _rows(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, text and label of each row."""
    limit = csv.field_size_limit(LONGEST)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            if "\x00" in stream.read(4096):
                raise LabelledFileError("the file is no CSV: it holds zero bytes")
            stream.seek(0)
            rows = csv.reader(stream)
            text, label = _columns(next(rows, []))
            for count, row in enumerate(rows, 1):
                if count > MOST_POSTS:
                    raise LabelledFileError(f"the file holds more than {MOST_POSTS:,} posts; send fewer")
                if not row:
                    continue
                if len(row) <= max(text, label):
                    raise LabelledFileError(f"row {rows.line_num} has {len(row)} cells: it lacks text or label")
                yield rows.line_num, row[text], row[label]
    except UnicodeDecodeError as error:
        raise LabelledFileError(f"the file is no CSV in UTF-8: {error.reason} at byte {error.start}") from error
    except csv.Error as error:
        raise LabelledFileError(
            f"the file is no CSV, or a cell has more than {LONGEST:,} characters: {error}"
        ) from error
    finally:
        csv.field_size_limit(limit)


def _columns(header: list[str]) -> tuple[int, int]:
    names = [name.strip().casefold() for name in header]
    if missing := [name for name in ("text", "label") if names.count(name) != 1]:
        raise LabelledFileError(
            f"the file must have one column each of text and label; {' and '.join(missing)} is not there once. "
            f"Its columns: {', '.join(name[:30] for name in names[:10]) or 'none'}."
        )
    return names.index("text"), names.index("label")
