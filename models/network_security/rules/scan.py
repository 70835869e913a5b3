"""Port scans: one source tries many hosts on one port (horizontal), or many ports of one host (vertical)."""

import numpy as np
from numpy.typing import NDArray

from models.network_security.flows import Flows
from models.network_security.rules.finding import Finding
from models.network_security.rules.found import Found
from models.network_security.rules.known import Known
from models.network_security.rules.windows import grouped_rows, most_different


def find_scans(flows: Flows, known: Known) -> list[Found]:
    """Findings and the rows of each; `flows` are in the order of their times, hosts and times known."""
    rule = known.rules.scan
    if not rule.enabled:
        return []
    hosts = grouped_rows(flows.src, flows.dst_port, flows.protocol, least=rule.hosts)
    ports = grouped_rows(flows.src, flows.dst, flows.protocol, least=rule.ports)
    found = [_scan(flows, known, rows, horizontal=True) for rows in hosts]
    found += [_scan(flows, known, rows, horizontal=False) for rows in ports]
    return [one for one in found if one is not None]


def _scan(flows: Flows, known: Known, rows: NDArray[np.intp], *, horizontal: bool) -> Found | None:
    rule = known.rules.scan
    values = flows.dst[rows] if horizontal else flows.dst_port[rows]
    different, start, stop = most_different(flows.time[rows], values, rule.window_seconds)
    window = rows[start:stop]
    share = float(flows.unanswered[window].mean())
    if different < (rule.hosts if horizontal else rule.ports) or share < rule.unanswered_share:
        return None
    inside = np.zeros(len(rows), np.bool_)
    inside[start:stop] = True
    own = rows[inside | flows.unanswered[rows]]
    src, first = str(flows.src[rows[0]]), rows[0]
    expected = known.expected(src)
    what = (
        f"{different:,} hosts on port {flows.dst_port[first]}"
        if horizontal
        else f"{different:,} ports of {flows.dst[first]}"
    )
    finding = Finding(
        rule="horizontal_scan" if horizontal else "vertical_scan",
        severity="low" if expected else "high",
        src=src,
        dst=None if horizontal else str(flows.dst[first]),
        port=int(flows.dst_port[first]) if horizontal else None,
        first=float(flows.time[own[0]]),
        last=float(flows.time[own[-1]]),
        flows=len(own),
        evidence={
            ("hosts" if horizontal else "ports"): different,
            "window_seconds": rule.window_seconds,
            "attempts": len(window),
            "unanswered_share": round(share, 4),
        },
        text=f"{src} tried {what} within {rule.window_seconds:g} s; {share:.0%} of {len(window):,} attempts came to "
        f"nothing{'; it is among the known hosts' if expected else ''}",
    )
    return finding, own
