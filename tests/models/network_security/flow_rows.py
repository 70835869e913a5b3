"""Flows from a few words each."""

from typing import Any

import numpy as np

from models.network_security.flows import Flows
from models.network_security.service import service_of

START = 1_790_000_000.0


def flow(time: float, src: str, dst: str, port: int, **changes: Any) -> dict[str, Any]:
    """A flow that was answered and ended; `time` in seconds after `START`."""
    protocol = changes.get("protocol", "tcp")
    made = {
        "time": START + time,
        "src": src,
        "dst": dst,
        "src_port": 40_000,
        "dst_port": port,
        "protocol": protocol,
        "service": service_of(port, protocol),
        "state": "SF",
        "duration": 0.5,
        "src_bytes": 500.0,
        "dst_bytes": 2000.0,
        "src_packets": 5.0,
        "dst_packets": 6.0,
    }
    return {**made, **changes}


def flows_of(rows: list[dict[str, Any]]) -> Flows:
    """Rows as columns."""
    numbers = {"time", "duration", "src_bytes", "dst_bytes", "src_packets", "dst_packets"}
    ports = {"src_port", "dst_port"}
    kinds = {**dict.fromkeys(numbers, np.float64), **dict.fromkeys(ports, np.int64)}
    return Flows(
        **{name: np.array([row[name] for row in rows], dtype=kinds.get(name, object)) for name in flow(0, "", "", 0)}
    )


def browsing(hours: float = 6, hosts: int = 4, seed: int = 0) -> list[dict[str, Any]]:
    """People at their browsers."""
    random = np.random.default_rng(seed)
    return [
        flow(float(moment), f"10.0.0.{host}", f"198.51.100.{random.integers(1, 40)}", 443,
             src_bytes=float(random.lognormal(7, 1)), dst_bytes=float(random.lognormal(10, 1)))
        for host in range(1, hosts + 1)
        for moment in np.sort(random.uniform(0, hours * 3600, int(30 * hours)))
    ]  # fmt: skip
