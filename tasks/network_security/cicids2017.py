"""CICIDS2017 and what else CICFlowMeter writes (CSE-CIC-IDS2018): flows with or without hosts and times."""

from typing import TYPE_CHECKING, Final

from models.network_security.attack_class import NORMAL
from models.network_security.service import service_of
from tasks.network_security.columns import Columns
from tasks.network_security.network_file import NetworkFileError
from tasks.network_security.traffic import Traffic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAMES: Final = {
    "src": ("source ip", "src ip", "src_ip"),
    "dst": ("destination ip", "dst ip", "dst_ip"),
    "src_port": ("source port", "src port", "src_port"),
    "dst_port": ("destination port", "dst port", "dst_port"),
    "protocol": ("protocol",),
    "time": ("timestamp",),
    "duration": ("flow duration", "flow_duration"),
    "src_packets": ("total fwd packets", "tot fwd pkts", "total fwd packet", "tot_fwd_pkts"),
    "dst_packets": ("total backward packets", "tot bwd pkts", "total bwd packets", "tot_bwd_pkts"),
    "src_bytes": ("total length of fwd packets", "totlen fwd pkts", "total length of fwd packet", "totlen_fwd_pkts"),
    "dst_bytes": ("total length of bwd packets", "totlen bwd pkts", "total length of bwd packet", "totlen_bwd_pkts"),
    "fin": ("fin flag count", "fin flag cnt", "fin_flag_cnt"),
    "rst": ("rst flag count", "rst flag cnt", "rst_flag_cnt"),
    "label": ("label",),
}
REQUIRED: Final = ("duration", "src_packets", "dst_packets", "src_bytes", "dst_bytes")
PROTOCOLS: Final = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmp", "6.0": "tcp", "17.0": "udp", "1.0": "icmp"}
BENIGN: Final = "benign"


def is_cicids(names: frozenset[str]) -> bool:
    """Whether the column names are CICFlowMeter's."""
    return all(any(name in names for name in NAMES[field]) for field in REQUIRED)


def read_cicids2017(columns: Columns) -> Traffic:
    """The records of CICFlowMeter's columns as flows. Raises NetworkFileError.

    It writes -1 for the duration of flows whose packets came out of order; those count as 0 s.
    """
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.network_security.flow_features import flow_features  # noqa: PLC0415 - numpy where it is used
    from models.network_security.flows import Flows  # noqa: PLC0415

    name = {field: columns.first(*known) for field, known in NAMES.items()}
    if lacking := [NAMES[field][0] for field in REQUIRED if name[field] is None]:
        raise NetworkFileError(f"the CICIDS2017 records lack the columns {', '.join(lacking)}")
    count, hosts = len(columns), name["src"] is not None and name["dst"] is not None
    nowhere = np.full(count, "", dtype=object)
    numbers = {field: columns.numbers(str(name[field]), negative=True) for field in REQUIRED}
    ports = columns.ports(str(name["dst_port"])) if name["dst_port"] else np.full(count, -1)
    protocol = (
        columns.mapped(str(name["protocol"]), PROTOCOLS, "other")
        if name["protocol"]
        else np.full(count, "other", dtype=object)
    )
    pairs = zip(ports.tolist(), protocol.tolist(), strict=True)
    flows = Flows(
        time=_times(columns, str(name["time"])) if name["time"] else np.full(count, np.nan),
        src=columns.addresses(str(name["src"])) if hosts else nowhere,
        dst=columns.addresses(str(name["dst"])) if hosts else nowhere,
        src_port=columns.ports(str(name["src_port"])) if name["src_port"] else np.full(count, -1),
        dst_port=ports,
        protocol=protocol,
        service=np.array([service_of(port, kind) for port, kind in pairs], dtype=object),
        state=_states(columns, name, numbers),
        duration=numbers["duration"] / 1e6,
        src_bytes=numbers["src_bytes"],
        dst_bytes=numbers["dst_bytes"],
        src_packets=numbers["src_packets"],
        dst_packets=numbers["dst_packets"],
    )
    return Traffic("cicids2017", flow_features(flows), flows, _attacks(columns, name["label"]), columns.warnings)


def _states(
    columns: Columns, name: dict[str, str | None], numbers: "dict[str, NDArray[np.float64]]"
) -> "NDArray[np.object_]":
    """How the connection went, from what the flags tell: S0 no answer, REJ a refusal without data, else SF."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    zero = np.zeros(len(columns))
    reset = columns.numbers(str(name["rst"]), missing=0) > 0 if name["rst"] else zero > 0
    nothing = numbers["src_bytes"] + numbers["dst_bytes"] == 0
    unanswered = numbers["dst_packets"] == 0
    return np.select([unanswered, reset & nothing, reset], ["S0", "REJ", "RSTO"], "SF").astype(object)


def _times(columns: Columns, name: str) -> "NDArray[np.float64]":
    """Seconds since 1970; the files write day/month/year, some without seconds, all without a zone (taken as UTC)."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used
    import pandas as pd  # noqa: PLC0415

    text = columns.frame[name].str.strip()
    iso = bool(text.str.match(r"^\d{4}-").all())
    parsed = pd.to_datetime(text, errors="coerce", utc=True, dayfirst=not iso, format="ISO8601" if iso else "mixed")
    columns.refuse(parsed.isna().to_numpy(bool), name, "is no time")
    seconds = parsed.dt.tz_localize(None).to_numpy("datetime64[us]").astype(np.int64) / 1e6
    if not iso and not text.str.contains(r":\d\d:\d\d", regex=True).any():
        columns.warnings.append(f"{name} tells minutes only: rules that look at seconds see less.")
    times: NDArray[np.float64] = seconds
    return times


def _attacks(columns: Columns, name: str | None) -> "NDArray[np.object_] | None":
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    if name is None:
        return None
    texts = columns.texts(name, missing=NORMAL)
    return np.where((texts == BENIGN) | (texts == NORMAL), NORMAL, texts).astype(object)
