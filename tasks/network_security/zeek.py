"""Zeek's conn.log: tab-separated with its #fields header, or a JSON object a line; with labels as IoT-23 adds them."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from models.network_security.attack_class import NORMAL
from models.network_security.service import service_of
from tasks.network_security.columns import Columns
from tasks.network_security.network_file import MAX_RECORDS, NetworkFileError
from tasks.network_security.traffic import Traffic

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

REQUIRED: Final = ("ts", "id.orig_h", "id.resp_h", "id.resp_p", "proto")
OPTIONAL: Final = (
    "id.orig_p", "service", "duration", "orig_bytes", "resp_bytes", "conn_state", "orig_pkts", "resp_pkts", "label",
    "detailed-label",
)  # fmt: skip
MOST_DAMAGED: Final = 0.01
BENIGN: Final = frozenset({"benign", NORMAL})


def read_log(path: Path, warnings: list[str]) -> "pd.DataFrame":
    """The connections of a log as columns of text. Raises NetworkFileError.

    Lines that can't be read are counted; above 1 % of them the log is refused.
    """
    import pandas as pd  # noqa: PLC0415 - pandas where it is used

    reader = _Reader()
    try:
        with path.open(encoding="utf-8-sig") as stream:
            for line in stream:
                reader.read(line.rstrip("\r\n"))
    except UnicodeDecodeError as error:
        raise NetworkFileError("the log is not UTF-8 text") from error
    rows, damaged = reader.rows, reader.damaged
    if (damaged and not rows) or damaged > max(1, MOST_DAMAGED * (len(rows) + damaged)):
        raise NetworkFileError(f"{damaged:,} of {len(rows) + damaged:,} lines of the log can't be read")
    if damaged:
        warnings.append(f"{damaged:,} lines of the log could not be read and were left out.")
    return pd.DataFrame(rows, columns=[*REQUIRED, *OPTIONAL], dtype=str)


class _Reader:
    """Reads a log line by line; a header may come again in the middle, where logs were joined."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.damaged = 0
        self._separator = "\t"
        self._places: list[int | None] = []

    def read(self, line: str) -> None:
        """Take in one line."""
        if line.startswith("#"):
            self._header(line)
        elif line.startswith("{"):
            self._add_object(line)
        elif line:
            self._add_row(line)
        if len(self.rows) > MAX_RECORDS:
            raise NetworkFileError(f"the log holds more than {MAX_RECORDS:,} connections; send it in parts")

    def _header(self, line: str) -> None:
        if line.startswith("#separator"):
            escaped = re.search(r"\\x([0-9a-fA-F]{2})", line)
            self._separator = chr(int(escaped[1], 16)) if escaped else line.removeprefix("#separator").strip() or "\t"
        elif line.startswith("#fields"):
            names = self._split(line)[1:]
            if lacking := [name for name in REQUIRED if name not in names]:
                raise NetworkFileError(f"this is no conn.log: it lacks the fields {', '.join(lacking)}")
            self._places = [names.index(name) if name in names else None for name in (*REQUIRED, *OPTIONAL)]

    def _split(self, line: str) -> list[str]:
        return re.sub(" {3}", self._separator, line).split(self._separator)  # IoT-23 sets its labels apart by blanks

    def _add_row(self, line: str) -> None:
        if not self._places:
            raise NetworkFileError("the log has no #fields header; send conn.log as Zeek writes it, or its JSON form")
        cells = self._split(line)
        if len(cells) <= max(place for place in self._places[: len(REQUIRED)] if place is not None):
            self.damaged += 1
            return
        self.rows.append(["" if place is None or place >= len(cells) else cells[place] for place in self._places])

    def _add_object(self, line: str) -> None:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            self.damaged += 1
            return
        if any(name not in found for name in REQUIRED):
            self.damaged += 1
            return
        self.rows.append([_text(found.get(name)) for name in (*REQUIRED, *OPTIONAL)])


def _text(value: object) -> str:
    return "" if value is None else str(value)


def read_zeek(columns: Columns) -> Traffic:
    """The connections of a log as flows. Raises NetworkFileError."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.network_security.flow_features import flow_features  # noqa: PLC0415 - numpy where it is used
    from models.network_security.flows import Flows  # noqa: PLC0415

    columns.need("Zeek conn.log", REQUIRED)
    for name in OPTIONAL:
        if name not in columns:
            columns.frame[name] = ""
    protocol, ports = columns.texts("proto"), columns.ports("id.resp_p")
    said = columns.texts("service", missing="")
    named = [name.split(",")[0] or service_of(port, kind) for name, port, kind in zip(
        said.tolist(), ports.tolist(), protocol.tolist(), strict=True)]  # fmt: skip
    flows = Flows(
        time=_times(columns),
        src=columns.addresses("id.orig_h"),
        dst=columns.addresses("id.resp_h"),
        src_port=columns.ports("id.orig_p"),
        dst_port=ports,
        protocol=protocol,
        service=np.array(named, dtype=object),
        state=columns.texts("conn_state", missing="OTH", lower=False),
        duration=columns.numbers("duration", missing=0),
        src_bytes=columns.numbers("orig_bytes", missing=0),
        dst_bytes=columns.numbers("resp_bytes", missing=0),
        src_packets=columns.numbers("orig_pkts", missing=0),
        dst_packets=columns.numbers("resp_pkts", missing=0),
    )
    return Traffic("zeek-conn", flow_features(flows), flows, _attacks(columns), columns.warnings)


def _times(columns: Columns) -> "NDArray[np.float64]":
    """Seconds since 1970, from Zeek's own numbers or from ISO 8601 (its JSON may have either)."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used
    import pandas as pd  # noqa: PLC0415

    text = columns.frame["ts"].str.strip()
    if not text.str.contains("T", regex=False).any():
        return columns.numbers("ts")
    parsed = pd.to_datetime(text, errors="coerce", utc=True, format="ISO8601")
    columns.refuse(parsed.isna().to_numpy(bool), "ts", "is no time")
    seconds: NDArray[np.float64] = parsed.dt.tz_localize(None).to_numpy("datetime64[us]").astype(np.int64) / 1e6
    return seconds


def _attacks(columns: Columns) -> "NDArray[np.object_] | None":
    """Labels: the detailed one where there is one, else Malicious or Benign."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    label = columns.texts("label", missing="")
    if (label == "").all():
        return None
    detailed = columns.texts("detailed-label", missing="")
    named = np.where(detailed == "", label, detailed)
    benign = [text in BENIGN or text == "" for text in label.tolist()]
    return np.where(benign, NORMAL, named).astype(object)
