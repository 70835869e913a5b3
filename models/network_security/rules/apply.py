"""All rules over the flows of one file."""

import numpy as np

from models.network_security.flows import Flows
from models.network_security.rules.beaconing import find_beaconing
from models.network_security.rules.brute_force import find_brute_force
from models.network_security.rules.exfiltration import find_exfiltration
from models.network_security.rules.finding import SCORES, Finding
from models.network_security.rules.found import Found
from models.network_security.rules.known import Known
from models.network_security.rules.rule_set import RuleSet
from models.network_security.rules.scan import find_scans


def apply_rules(flows: Flows, rules: RuleSet, baseline: Flows | None = None) -> tuple[list[Finding], list[list[int]]]:
    """Findings, the gravest and largest first, and for each flow the places of its findings in that list.

    Raises ValueError when hosts or times are not known.
    """
    if not flows.in_context:
        raise ValueError("rules need the addresses and times of flows")
    order = np.argsort(flows.time, kind="stable")
    sorted_flows, known = flows[order], Known.of(rules, baseline)
    found: list[Found] = []
    for rule in (find_scans, find_brute_force, find_exfiltration, find_beaconing):
        found += rule(sorted_flows, known)
    found.sort(key=lambda one: (-SCORES[one[0].severity], -one[0].flows, one[0].rule, one[0].src, one[0].first))
    hits: list[list[int]] = [[] for _ in range(len(flows))]
    for place, (_, rows) in enumerate(found):
        for row in order[rows].tolist():
            hits[row].append(place)
    return [finding for finding, _ in found], hits
