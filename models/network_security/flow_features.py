"""From flows to features: what each says of itself, and what its source did in the minute up to it."""

from collections import Counter, deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.network_security.feature_space import FLOW, FLOW_IN_CONTEXT
from models.network_security.feature_table import FeatureTable
from models.network_security.flows import Flows

WINDOW: Final = 60.0


def flow_features(flows: Flows, *, in_context: bool | None = None) -> FeatureTable:
    """Features of each flow; of context only where hosts and times are known, or never with `in_context=False`."""
    known = flows.in_context if in_context is None else in_context
    own = _own(flows)
    categories = np.column_stack([flows.protocol, flows.service, flows.state]).astype(object).reshape(len(flows), 3)
    if not known:
        return FeatureTable(FLOW, own, categories)
    return FeatureTable(FLOW_IN_CONTEXT, np.concatenate([own, _recent(flows)], axis=1), categories)


def _own(flows: Flows) -> NDArray[np.float64]:
    total = flows.src_bytes + flows.dst_bytes
    return np.column_stack(
        [
            flows.duration,
            flows.src_bytes,
            flows.dst_bytes,
            flows.src_packets,
            flows.dst_packets,
            flows.src_bytes / np.maximum(flows.src_packets, 1),
            flows.dst_bytes / np.maximum(flows.dst_packets, 1),
            np.divide(flows.src_bytes, total, out=np.zeros(len(flows)), where=total > 0),
            total / np.maximum(flows.duration, 1e-3),
        ]
    )


class _Recent:
    """What one source did in the last minute."""

    def __init__(self) -> None:
        self.events: deque[tuple[float, object, object, bool]] = deque()
        self.hosts: Counter[object] = Counter()
        self.ports: Counter[object] = Counter()
        self.unanswered = 0

    def add(self, time: float, host: object, port: object, unanswered: bool) -> tuple[float, ...]:
        """Take in a flow; the window is the minute up to it, the flow itself included."""
        while self.events and self.events[0][0] < time - WINDOW:
            _, old_host, old_port, old_unanswered = self.events.popleft()
            self.unanswered -= old_unanswered
            for counts, value in ((self.hosts, old_host), (self.ports, old_port)):
                counts[value] -= 1
                if not counts[value]:
                    del counts[value]
        self.events.append((time, host, port, unanswered))
        self.hosts[host] += 1
        self.ports[port] += 1
        self.unanswered += unanswered
        flows = len(self.events)
        return flows, len(self.hosts), len(self.ports), self.unanswered / flows, self.hosts[host]


def _recent(flows: Flows) -> NDArray[np.float64]:
    found = np.zeros((len(flows), 5))
    sources: dict[object, _Recent] = {}
    order = np.argsort(flows.time, kind="stable")
    times, src, dst = flows.time.tolist(), flows.src.tolist(), flows.dst.tolist()
    ports, unanswered = flows.dst_port.tolist(), flows.unanswered.tolist()
    for row in order.tolist():
        recent = sources.setdefault(src[row], _Recent())
        found[row] = recent.add(times[row], dst[row], ports[row], unanswered[row])
    return found
