"""Brute force: many short sessions from one source to a service that asks for a password, as failed logins are."""

import numpy as np
from numpy.typing import NDArray

from models.network_security.flows import Flows
from models.network_security.rules.finding import Finding
from models.network_security.rules.found import Found
from models.network_security.rules.known import Known
from models.network_security.rules.windows import grouped_rows, most_events

WORKING_SHARE = 0.2
"""From this share of longer sessions on, the client evidently gets in: it works there."""
CLOCKWORK = 0.05
"""Intervals that vary less than this are a health check's."""
UNLIKE = 0.5
"""Failed logins get nearly the same answer: sizes that vary more (standard deviation over mean) are of real work."""


def find_brute_force(flows: Flows, known: Known) -> list[Found]:
    """Findings and the rows of each; `flows` are in the order of their times, hosts and times known."""
    rule = known.rules.brute_force
    if not rule.enabled:
        return []
    asked = np.flatnonzero((flows.protocol == "tcp") & np.isin(flows.dst_port, rule.ports) & ~flows.unanswered)
    short = (flows.duration <= rule.longest_seconds) & (flows.dst_bytes <= rule.most_bytes)
    found = []
    for places in grouped_rows(flows.src[asked], flows.dst[asked], flows.dst_port[asked], least=rule.attempts):
        rows = asked[places]
        tries = rows[short[rows]]
        if len(tries) < rule.attempts:
            continue
        start, stop = most_events(flows.time[tries], rule.window_seconds)
        if stop - start >= rule.attempts and not _usual(flows, known, tries, stop - start):
            found.append(_finding(flows, known, rows, tries, stop - start))
    return found


def _usual(flows: Flows, known: Known, tries: NDArray[np.intp], attempts: int) -> bool:
    """Whether the baseline has as many sessions between them on that port."""
    baseline, first = known.baseline, tries[0]
    if baseline is None:
        return False
    same = (
        (baseline.src == flows.src[first])
        & (baseline.dst == flows.dst[first])
        & (baseline.dst_port == flows.dst_port[first])
    )
    times = np.sort(baseline.time[same])
    if not len(times):
        return False
    start, stop = most_events(times, known.rules.brute_force.window_seconds)
    return 2 * (stop - start) >= attempts


def _finding(flows: Flows, known: Known, rows: NDArray[np.intp], tries: NDArray[np.intp], attempts: int) -> Found:
    rule, src, dst = known.rules.brute_force, str(flows.src[tries[0]]), str(flows.dst[tries[0]])
    port, working = int(flows.dst_port[tries[0]]), 1 - len(tries) / len(rows)
    intervals = np.diff(flows.time[tries])
    middle = float(np.median(intervals))
    vary = float(np.median(np.abs(intervals - middle)) / middle) if middle > 0 else 1.0
    sizes = flows.dst_bytes[tries]
    unlike = float(sizes.std() / sizes.mean()) if sizes.mean() > 0 else 0.0
    doubts = [
        ("its sessions are as regular as a health check's", vary < CLOCKWORK and middle >= 1),
        (f"{working:.0%} of its sessions are longer: it gets in", working >= WORKING_SHARE),
        ("its answers differ in size as those of real work do", unlike > UNLIKE),
        ("it is among the known hosts", known.expected(src)),
    ]
    against = [text for text, holds in doubts if holds]
    finding = Finding(
        rule="brute_force",
        severity="low" if against else "high",
        src=src,
        dst=dst,
        port=port,
        first=float(flows.time[tries[0]]),
        last=float(flows.time[tries[-1]]),
        flows=len(tries),
        evidence={
            "attempts_in_window": attempts,
            "window_seconds": rule.window_seconds,
            "short_sessions": len(tries),
            "longer_sessions": len(rows) - len(tries),
            "median_seconds": round(float(np.median(flows.duration[tries])), 4),
            "size_variation": round(unlike, 4),
        },
        text=f"{src} opened {attempts:,} short sessions to port {port} of {dst} within {rule.window_seconds:g} s"
        + "".join(f"; {text}" for text in against),
    )
    return finding, tries
