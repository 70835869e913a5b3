"""Records in the documented columns of the public formats, made up here."""

from typing import Any

import numpy as np

from tasks.network_security.nsl_kdd import FEATURES
from tasks.network_security.unsw_nb15 import HEADERLESS

NSL_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(FEATURES, 0),
    "protocol_type": "tcp",
    "service": "http",
    "flag": "SF",
    "logged_in": 1,
    "src_bytes": 240,
    "dst_bytes": 3100,
    "count": 5,
    "srv_count": 5,
    "same_srv_rate": 1.0,
    "dst_host_count": 120,
    "dst_host_srv_count": 255,
    "dst_host_same_srv_rate": 1.0,
    "dst_host_same_src_port_rate": 0.01,
}
"""An ordinary visit to a web server."""

FLOOD: dict[str, Any] = {
    "service": "private", "flag": "S0", "logged_in": 0, "src_bytes": 0, "dst_bytes": 0, "count": 230, "srv_count": 12,
    "serror_rate": 1.0, "srv_serror_rate": 1.0, "same_srv_rate": 0.05, "diff_srv_rate": 0.06, "dst_host_count": 255,
    "dst_host_srv_count": 12, "dst_host_same_srv_rate": 0.05, "dst_host_diff_srv_rate": 0.06,
    "dst_host_same_src_port_rate": 0.0, "dst_host_serror_rate": 1.0, "dst_host_srv_serror_rate": 1.0,
}  # fmt: skip
"""Connection attempts that nobody answers, as a SYN flood makes them."""

GUESS: dict[str, Any] = {
    "service": "telnet", "flag": "RSTO", "duration": 2, "logged_in": 0, "src_bytes": 125, "dst_bytes": 179, "hot": 1,
    "num_failed_logins": 5, "count": 1, "srv_count": 1, "dst_host_count": 10, "dst_host_srv_count": 10,
    "dst_host_rerror_rate": 0.9, "dst_host_srv_rerror_rate": 0.9,
}  # fmt: skip


def nsl_row(**changes: Any) -> dict[str, Any]:
    """A record of NSL-KDD's columns."""
    return {**NSL_DEFAULTS, **changes}


def nsl_text(rows: list[dict[str, Any]], *, labels: list[str] | None = None, header: bool = False) -> str:
    """Records as the files have them."""
    lines = [",".join([*FEATURES, *(["label"] if labels else [])])] if header else []
    for place, row in enumerate(rows):
        cells = [str(row[name]) for name in FEATURES]
        lines.append(",".join([*cells, *([labels[place]] if labels else [])]))
    return "\n".join(lines) + "\n"


def nsl_population(seed: int = 0, normal: int = 400, each: int = 60) -> tuple[list[dict[str, Any]], list[str]]:
    """Ordinary records and three kinds of attack, with their labels."""
    random = np.random.default_rng(seed)
    rows, labels = [], []
    for _ in range(normal):
        rows.append(
            nsl_row(
                src_bytes=int(random.integers(150, 400)),
                dst_bytes=int(random.lognormal(8, 1)),
                count=int(random.integers(1, 20)),
                dst_host_count=int(random.integers(20, 255)),
            )
        )
        labels.append("normal")
    for name, kind in (
        ("neptune", FLOOD),
        ("guess_passwd", GUESS),
        ("portsweep", {**FLOOD, "flag": "REJ", "count": 3}),
    ):
        for _ in range(each):
            rows.append(nsl_row(**{**kind, "dst_host_count": int(random.integers(200, 256))}))
            labels.append(name)
    return rows, labels


def unsw_raw(count: int = 6) -> str:
    """Rows of UNSW-NB15's raw files: 49 columns, no header, ports in hexadecimal here and there."""
    lines = []
    for place in range(count):
        row: dict[str, Any] = dict.fromkeys(HEADERLESS, 0)
        row |= {
            "srcip": f"59.166.0.{place}", "sport": "0x1f90" if place == 0 else 33_661 + place, "dstip": "149.171.126.9",
            "dsport": 80, "proto": "tcp", "state": "FIN" if place % 2 else "INT", "dur": 0.5, "sbytes": 1000,
            "dbytes": 2000, "spkts": 8, "dpkts": 9, "service": "http" if place % 2 else "-",
            "stime": 1_421_927_414 + place, "ltime": 1_421_927_415 + place,
            "attack_cat": " Fuzzers" if place == 3 else "", "label": int(place == 3),
        }  # fmt: skip
        lines.append(",".join(str(row[name]) for name in HEADERLESS))
    return "\n".join(lines) + "\n"


UNSW_SET = """id,dur,proto,service,state,spkts,dpkts,sbytes,dbytes,rate,sttl,dttl,sload,dload,attack_cat,label
1,0.121478,tcp,-,FIN,6,4,258,172,74.08,252,254,14158.94,8495.36,Normal,0
2,0.000008,udp,dns,INT,2,0,114,0,125000,254,0,57000000,0,Generic,1
"""

CICIDS = """Flow ID, Source IP, Source Port, Destination IP, Destination Port, Protocol, Timestamp, Flow Duration, \
Total Fwd Packets, Total Backward Packets,Total Length of Fwd Packets, Total Length of Bwd Packets,FIN Flag Count, \
RST Flag Count,Flow Bytes/s, Fwd Header Length, Fwd Header Length, Label
a,192.168.10.5,54865,104.16.207.165,443,6,03/07/2017 08:55:58,3000000,2,3,12,900,0,0,Infinity,40,40,BENIGN
b,192.168.10.5,55054,104.16.28.216,80,6,03/07/2017 08:56:10,-1,1,0,6,0,0,0,NaN,20,20,PortScan
c,192.168.10.9,40000,192.168.10.50,22,6,03/07/2017 09:01:00,12,1,1,0,0,0,1,0,20,20,SSH-Patator
"""
