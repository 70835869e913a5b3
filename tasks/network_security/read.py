"""From a file, or the rows of a request, to traffic: the format is told by content and by the names of columns."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from tasks.network_security import nsl_kdd, unsw_nb15
from tasks.network_security.capture import MAGICS, read_capture
from tasks.network_security.cicids2017 import is_cicids, read_cicids2017
from tasks.network_security.columns import Columns
from tasks.network_security.network_file import Format, NetworkFileError
from tasks.network_security.nsl_kdd import read_nsl_kdd
from tasks.network_security.text_table import Cell, check_lines, first_line, from_rows, read_csv, read_parquet
from tasks.network_security.traffic import Traffic
from tasks.network_security.unsw_nb15 import read_unsw_nb15
from tasks.network_security.zeek import REQUIRED as ZEEK_FIELDS
from tasks.network_security.zeek import read_log, read_zeek

if TYPE_CHECKING:
    import pandas as pd

Asked = Literal["auto", "nsl-kdd", "unsw-nb15", "cicids2017", "zeek-conn", "pcap"]
READERS: Final[dict[Format, Callable[[Columns], Traffic]]] = {
    "nsl-kdd": read_nsl_kdd,
    "unsw-nb15": read_unsw_nb15,
    "cicids2017": read_cicids2017,
    "zeek-conn": read_zeek,
}
PACKED: Final = {b"\x1f\x8b": "gzip", b"PK": "zip", b"BZ": "bzip2", b"\xfd7": "xz", b"(\xb5": "zstandard"}
WHAT_IS_READ: Final = (
    "Read are NSL-KDD (41 to 43 columns, with or without header), UNSW-NB15, CICIDS2017 (CICFlowMeter), Zeek's "
    "conn.log (with its #fields header, or JSON) and packet captures (pcap, pcapng)"
)


def read_traffic(path: Path, asked: Asked = "auto") -> Traffic:
    """The traffic in a file. Raises NetworkFileError when it is none of the formats, or not the one asked for."""
    with path.open("rb") as stream:
        head = stream.read(4)
    if packed := PACKED.get(head[:2]):
        raise NetworkFileError(f"the file is packed with {packed}; unpack it first")
    if head in MAGICS:
        _require(asked, "pcap")
        return read_capture(path)
    warnings: list[str] = []
    if head == b"PAR1":
        return _from_columns(read_parquet(path), asked, warnings)
    check_lines(path)
    line = first_line(path)
    if line.startswith(("#", "{")):
        _require(asked, "zeek-conn")
        return _from_columns(read_log(path, warnings), "zeek-conn", warnings)
    return _from_columns(read_csv(path, _header_of(line), warnings), asked, warnings)


def read_rows(rows: Sequence[Mapping[str, Cell]], asked: Asked = "auto") -> Traffic:
    """The traffic in the rows of a request. Raises NetworkFileError."""
    return _from_columns(from_rows(rows), asked, [])


def _from_columns(frame: "pd.DataFrame", asked: Asked, warnings: list[str]) -> Traffic:
    if not len(frame):
        raise NetworkFileError("the file holds no records")
    found = _format_of(frozenset(frame.columns))
    if asked not in {"auto", found}:
        raise NetworkFileError(f"these are {found or 'no known'} records, not {asked}; ask for auto")
    if found is None:
        names = ", ".join(ascii(name)[:40] for name in frame.columns[:6])
        raise NetworkFileError(f"the columns ({names} …) are of no known format. {WHAT_IS_READ}")
    return READERS[found](Columns(frame.reset_index(drop=True), warnings))


def _format_of(names: frozenset[str]) -> Format | None:
    if names >= frozenset(nsl_kdd.FEATURES):
        return "nsl-kdd"
    if names >= frozenset(ZEEK_FIELDS):
        return "zeek-conn"
    if names >= unsw_nb15.KNOWN_BY:
        return "unsw-nb15"
    if is_cicids(names):
        return "cicids2017"
    lacking = sorted(frozenset(nsl_kdd.FEATURES) - names)
    if len(lacking) < len(nsl_kdd.FEATURES) / 2:
        raise NetworkFileError(f"the NSL-KDD records lack the columns {', '.join(lacking)}")
    return None


def _header_of(line: str) -> Sequence[str] | None:
    """Names for the columns of a file that has none; None where the first line is a header."""
    cells = [cell.strip() for cell in line.split(",")]
    if len(cells) in nsl_kdd.HEADERLESS and cells[1].lower() in {"tcp", "udp", "icmp"}:
        return nsl_kdd.HEADERLESS[len(cells)]
    if len(cells) == len(unsw_nb15.HEADERLESS) and re.fullmatch(r"[0-9a-fA-F.:]+", cells[0]):
        return unsw_nb15.HEADERLESS
    if len(cells) == 1 or not re.search("[A-Za-z]", cells[0]):
        raise NetworkFileError(
            f"the first line ({line[:60]!a}) is neither a header nor a record of a known format. {WHAT_IS_READ}"
        )
    return None


def _require(asked: Asked, found: Format) -> None:
    if asked not in {"auto", found}:
        raise NetworkFileError(f"the file is {found}, not {asked}; ask for auto")
