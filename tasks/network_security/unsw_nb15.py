"""UNSW-NB15: its four raw files without header (49 columns), and its training and test set (45 with header)."""

from typing import TYPE_CHECKING, Final

from models.network_security.attack_class import NORMAL
from models.network_security.service import service_of
from tasks.network_security.columns import Columns
from tasks.network_security.traffic import Traffic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COLUMNS: Final = (
    "srcip sport dstip dsport proto state dur sbytes dbytes sttl dttl sloss dloss service Sload Dload Spkts Dpkts "
    "swin dwin stcpb dtcpb smeansz dmeansz trans_depth res_bdy_len Sjit Djit Stime Ltime Sintpkt Dintpkt tcprtt "
    "synack ackdat is_sm_ips_ports ct_state_ttl ct_flw_http_mthd is_ftp_login ct_ftp_cmd ct_srv_src ct_srv_dst "
    "ct_dst_ltm ct_src_ltm ct_src_dport_ltm ct_dst_sport_ltm ct_dst_src_ltm attack_cat Label"
)
HEADERLESS: Final = tuple(COLUMNS.lower().split())
KNOWN_BY: Final = frozenset({"proto", "state", "dur", "spkts", "dpkts", "sbytes", "dbytes"})
STATES: Final = {
    "fin": "SF", "con": "S1", "int": "S0", "req": "S0", "rst": "RSTO", "clo": "SF", "acc": "S1", "eco": "S0",
    "ecr": "SF", "urh": "REJ", "urn": "REJ", "par": "OTH", "no": "OTH", "txd": "S0", "tst": "S0", "mas": "S0",
}  # fmt: skip
"""Argus' states in Zeek's words, as near as they come: INT and REQ are requests that nobody answered."""


def read_unsw_nb15(columns: Columns) -> Traffic:
    """The records of UNSW-NB15's columns as flows. Raises NetworkFileError.

    The training and test set tell neither hosts nor times: rules can't be applied to them.
    """
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.network_security.flow_features import flow_features  # noqa: PLC0415 - numpy where it is used
    from models.network_security.flows import Flows  # noqa: PLC0415

    columns.need("UNSW-NB15", sorted(KNOWN_BY))
    count = len(columns)
    hosts = "srcip" in columns and "dstip" in columns
    protocol = columns.texts("proto")
    dst_port = columns.ports("dsport") if "dsport" in columns else np.full(count, -1)
    flows = Flows(
        time=columns.numbers("stime") if "stime" in columns else np.full(count, np.nan),
        src=columns.addresses("srcip") if hosts else np.full(count, "", dtype=object),
        dst=columns.addresses("dstip") if hosts else np.full(count, "", dtype=object),
        src_port=columns.ports("sport") if "sport" in columns else np.full(count, -1),
        dst_port=dst_port,
        protocol=protocol,
        service=_services(columns, dst_port, protocol),
        state=columns.mapped("state", STATES, "OTH"),
        duration=columns.numbers("dur"),
        src_bytes=columns.numbers("sbytes"),
        dst_bytes=columns.numbers("dbytes"),
        src_packets=columns.numbers("spkts"),
        dst_packets=columns.numbers("dpkts"),
    )
    return Traffic("unsw-nb15", flow_features(flows), flows, _attacks(columns), columns.warnings)


def _services(columns: Columns, ports: "NDArray[np.int64]", protocol: "NDArray[np.object_]") -> "NDArray[np.object_]":
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    if "service" in columns:
        return columns.texts("service")
    pairs = zip(ports.tolist(), protocol.tolist(), strict=True)
    return np.array([service_of(port, name) for port, name in pairs], dtype=object)


def _attacks(columns: Columns) -> "NDArray[np.object_] | None":
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    if "attack_cat" in columns:
        attack = columns.texts("attack_cat", missing=NORMAL)
        if "label" in columns:
            attack[(columns.numbers("label", missing=0) == 0)] = NORMAL
        return attack
    if "label" in columns:
        return np.where(columns.numbers("label") == 0, NORMAL, "attack").astype(object)
    return None
