"""Text that carries data: tables, JSON and JSON lines, in UTF-8 and nothing that a browser would run."""

import codecs
import csv
import io
import json
from typing import BinaryIO

from blocks.asset_store.storage import CHUNK

LARGEST_JSON = 64 << 20  # bytes, as it is read whole; larger data belongs in JSON lines or Parquet
LINES_READ = 1000
LONGEST_LINE = 1 << 20  # bytes
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r\f")


def is_plain_text(stream: BinaryIO) -> bool:
    """Whether all of it is UTF-8 without control characters, and it starts neither as markup nor as a script."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    first = stream.read(CHUNK)
    if first.removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"<", b"#!")):
        return False
    chunk = first
    try:
        while chunk:
            decoder.decode(chunk)
            if len(chunk.translate(None, _CONTROL)) != len(chunk):
                return False
            chunk = stream.read(CHUNK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return bool(first.strip())


def is_table(stream: BinaryIO) -> bool:
    """Comma, semicolon or tab separated, with a header and the same number of columns in the lines looked at."""
    if not is_plain_text(stream):
        return False
    lines = _first_lines(stream)
    delimiter = max(",;\t", key=lines[0].count)
    try:
        widths = {len(row) for row in csv.reader(lines, delimiter=delimiter, strict=True) if row}
    except csv.Error:
        return False
    return len(widths) == 1 and widths != {1}


def is_json(stream: BinaryIO) -> bool:
    """One JSON document of at most 64 MiB."""
    if stream.seek(0, io.SEEK_END) > LARGEST_JSON:
        return False
    stream.seek(0)
    try:
        json.loads(stream.read())
    except (ValueError, RecursionError):
        return False
    return True


def is_json_lines(stream: BinaryIO) -> bool:
    """A JSON object a line; the first thousand are read."""
    if not is_plain_text(stream):
        return False
    try:
        return all(isinstance(json.loads(line), dict) for line in _first_lines(stream) if line.strip())
    except (ValueError, RecursionError):
        return False


def _first_lines(stream: BinaryIO) -> list[str]:
    stream.seek(0)
    lines = (stream.readline(LONGEST_LINE).decode("utf-8-sig", errors="replace") for _ in range(LINES_READ))
    return [line.rstrip("\r\n") for line in lines if line]
