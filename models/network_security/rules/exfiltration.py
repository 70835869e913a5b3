"""Exfiltration: one's own host sends far more than it usually does to a place that hardly anyone else talks to."""

import numpy as np
from numpy.typing import NDArray

from models.network_security.flows import Flows
from models.network_security.rules.finding import Finding
from models.network_security.rules.found import Found
from models.network_security.rules.known import Known
from models.network_security.rules.windows import grouped_rows, most_bytes

ENOUGH_WINDOWS = 3
"""Windows of a host's other traffic below which its usual volume is not known."""
SIMILAR = 0.5
"""Earlier windows to the same place with at least this share of the volume make it a regular job."""


def find_exfiltration(flows: Flows, known: Known) -> list[Found]:
    """Findings and the rows of each; `flows` are in the order of their times, hosts and times known."""
    rule = known.rules.exfiltration
    if not rule.enabled:
        return []
    everything = flows if known.baseline is None else Flows.joined(known.baseline, flows)
    found = []
    for rows in grouped_rows(flows.src, flows.dst):
        src, dst = str(flows.src[rows[0]]), str(flows.dst[rows[0]])
        if (
            flows.src_bytes[rows].sum() < rule.least_bytes
            or not known.home(src)
            or known.home(dst)
            or known.expected(dst)
        ):
            continue
        start, stop = most_bytes(flows.time[rows], flows.src_bytes[rows], rule.window_seconds)
        if one := _finding(flows, everything, known, rows[start:stop]):
            found.append((one, rows[start:stop]))
    return found


def _finding(flows: Flows, everything: Flows, known: Known, window: NDArray[np.intp]) -> Finding | None:
    rule, src, dst = known.rules.exfiltration, str(flows.src[window[0]]), str(flows.dst[window[0]])
    sent, received = float(flows.src_bytes[window].sum()), float(flows.dst_bytes[window].sum())
    sources = len(set(everything.src[everything.dst == dst].tolist()))
    usual, windows = _usual(everything, src, dst, rule.window_seconds)
    if (
        sent < rule.least_bytes
        or sent < rule.times_usual * usual
        or sent < rule.sent_share * (sent + received)
        or sources > rule.rare_hosts
    ):
        return None
    first, last = float(flows.time[window[0]]), float(flows.time[window[-1]])
    jobs = _similar_windows(everything, src, dst, sent, (first, last), rule.window_seconds)
    if known.seen_before(src, dst) and jobs:
        return None
    doubts = [
        (f"it sent as much there in {jobs} other windows, as a regular job does", jobs >= 2),
        (f"only {windows} windows of its other traffic are known", windows < ENOUGH_WINDOWS),
    ]
    against = [text for text, holds in doubts if holds]
    return Finding(
        rule="exfiltration",
        severity="low" if against else "high",
        src=src,
        dst=dst,
        port=int(flows.dst_port[window[0]]),
        first=first,
        last=last,
        flows=len(window),
        evidence={
            "bytes_sent": sent,
            "bytes_received": received,
            "usual_bytes": round(usual, 1),
            "windows_known": windows,
            "sources_of_destination": sources,
            "window_seconds": rule.window_seconds,
        },
        text=f"{src} sent {sent / 1e6:,.1f} MB to {dst} within {rule.window_seconds:g} s; its usual window is "
        f"{usual / 1e6:,.2f} MB, and {sources} host{'s talk' if sources > 1 else ' talks'} to that place"
        + "".join(f"; {text}" for text in against),
    )


def _usual(everything: Flows, src: str, dst: str, seconds: float) -> tuple[float, int]:
    """95th percentile of what the host sends in a window to all other places, and how many windows it sent in."""
    other = (everything.src == src) & (everything.dst != dst)
    if not other.any():
        return 0.0, 0
    windows, inverse = np.unique(np.floor(everything.time[other] / seconds), return_inverse=True)
    sums = np.bincount(inverse, everything.src_bytes[other])
    return float(np.quantile(sums, 0.95)), len(windows)


def _similar_windows(
    everything: Flows, src: str, dst: str, sent: float, window: tuple[float, float], seconds: float
) -> int:
    """Windows outside of this one in which about as much went from the one to the other."""
    apart = (everything.time < window[0] - seconds) | (everything.time > window[1] + seconds)
    same = (everything.src == src) & (everything.dst == dst) & apart
    if not same.any():
        return 0
    _, inverse = np.unique(np.floor(everything.time[same] / seconds), return_inverse=True)
    return int((np.bincount(inverse, everything.src_bytes[same]) >= SIMILAR * sent).sum())
