"""Beaconing: connections to one place at regular intervals, as a program makes them that waits for orders."""

import numpy as np
from numpy.typing import NDArray

from models.network_security.flows import Flows
from models.network_security.rules.finding import Finding
from models.network_security.rules.found import Found
from models.network_security.rules.known import Known
from models.network_security.rules.windows import grouped_rows

MULTIPLES = (1, 2, 3)
"""A missed call doubles or triples an interval."""


def find_beaconing(flows: Flows, known: Known) -> list[Found]:
    """Findings and the rows of each; `flows` are in the order of their times, hosts and times known."""
    rule = known.rules.beaconing
    if not rule.enabled:
        return []
    sources: dict[object, set[object]] = {}
    for src, dst in zip(flows.src.tolist(), flows.dst.tolist(), strict=True):
        sources.setdefault(dst, set()).add(src)
    found = []
    for rows in grouped_rows(flows.src, flows.dst, flows.dst_port, flows.protocol, least=rule.repetitions):
        dst = str(flows.dst[rows[0]])
        if int(flows.dst_port[rows[0]]) in rule.ordinary_ports or known.expected(dst):
            continue
        carried = float(np.median(flows.src_bytes[rows] + flows.dst_bytes[rows]))
        if carried <= rule.most_bytes and (rhythm := _rhythm(flows.time[rows], known)):
            found.append((_finding(flows, known, rows, rhythm, len(sources[dst])), rows))
    return found


def _rhythm(times: NDArray[np.float64], known: Known) -> dict[str, float] | None:
    """The figures of a regular rhythm, or None."""
    rule, intervals = known.rules.beaconing, np.diff(times)
    median = float(np.median(intervals))
    if median < rule.least_interval_seconds:
        return None
    jitter = float(np.median(np.abs(intervals - median))) / median
    near = np.min([np.abs(intervals - times_ * median) for times_ in MULTIPLES], axis=0) <= 2 * rule.jitter * median
    regular = float(near.mean())
    if jitter > rule.jitter or regular < rule.regular_share:
        return None
    return {
        "repetitions": len(times),
        "median_interval_seconds": round(median, 4),
        "jitter": round(jitter, 4),
        "regular_share": round(regular, 4),
    }


def _finding(flows: Flows, known: Known, rows: NDArray[np.intp], rhythm: dict[str, float], sources: int) -> Finding:
    rule, src, dst = known.rules.beaconing, str(flows.src[rows[0]]), str(flows.dst[rows[0]])
    sizes = flows.src_bytes[rows]
    doubts = [
        ("the destination is one's own", known.home(dst)),
        (f"{sources} hosts talk to that place", sources > rule.popular_hosts),
        ("the baseline has them talking to each other", known.seen_before(src, dst)),
        ("the source is among the known hosts", known.expected(src)),
    ]
    against = [text for text, holds in doubts if holds]
    return Finding(
        rule="beaconing",
        severity="low" if against else "high",
        src=src,
        dst=dst,
        port=int(flows.dst_port[rows[0]]),
        first=float(flows.time[rows[0]]),
        last=float(flows.time[rows[-1]]),
        flows=len(rows),
        evidence={
            **rhythm,
            "sources_of_destination": sources,
            "median_bytes_sent": float(np.median(sizes)),
        },
        text=f"{src} called port {flows.dst_port[rows[0]]} of {dst} {len(rows):,} times, every "
        f"{rhythm['median_interval_seconds']:,.4g} s give or take {rhythm['jitter']:.1%}"
        + "".join(f"; {text}" for text in against),
    )
