"""Rules on what they look for, on its neighbours just below each threshold, and on benign traffic that looks alike."""

import json
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from models.network_security.rules.apply import apply_rules
from models.network_security.rules.finding import Finding
from models.network_security.rules.rule_set import BeaconingRule, ExfiltrationRule, RuleSet, ScanRule
from tests.models.network_security.flow_rows import browsing, flow, flows_of

pytestmark = pytest.mark.fraud

Rows = list[dict[str, Any]]
SILENT = {"state": "S0", "src_bytes": 0.0, "dst_bytes": 0.0, "dst_packets": 0.0, "duration": 0.0}


def found(rows: Rows, rules: RuleSet | None = None, baseline: Rows | None = None) -> list[Finding]:
    return apply_rules(flows_of(rows), rules or RuleSet(), None if baseline is None else flows_of(baseline))[0]


def named(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(one.rule, one.severity) for one in findings]


def sweep(hosts: int, every: float = 1, port: int = 445, **changes: Any) -> Rows:
    return [
        flow(place * every, "10.0.0.66", f"10.0.1.{place}", port, **{**SILENT, **changes}) for place in range(hosts)
    ]


def ports(count: int, **changes: Any) -> Rows:
    closed = {**SILENT, "state": "REJ"}
    return [flow(place * 0.1, "10.0.0.66", "10.0.0.9", 1000 + place, **{**closed, **changes}) for place in range(count)]


def logins(count: int, every: float = 3, seed: int = 1, port: int = 22, **changes: Any) -> Rows:
    random = np.random.default_rng(seed)
    rows = []
    for moment in np.cumsum(random.exponential(every, count)).tolist():
        usual = {"duration": 2.0, "src_bytes": 1200.0, "dst_bytes": 1500.0 + float(random.integers(60))}
        rows.append(flow(moment, "203.0.113.8", "10.0.0.9", port, **{**usual, **changes}))
    return rows


def beacon(
    count: int = 50,
    every: float = 60,
    jitter: float = 0.05,
    dst: str = "203.0.113.50",
    port: int = 8443,
    src: str = "10.0.0.3",
) -> Rows:
    random = np.random.default_rng(count)
    moments = np.cumsum(every * (1 + jitter * random.uniform(-1, 1, count)))
    return [flow(float(moment), src, dst, port, src_bytes=180.0, dst_bytes=90.0) for moment in moments]


def upload(size: float = 80e6, at: float = 5 * 3600, src: str = "10.0.0.2", dst: str = "203.0.113.77") -> Rows:
    return [
        flow(at + 60 * part, src, dst, 443, src_bytes=size / 4, dst_bytes=4000.0, duration=40.0) for part in range(4)
    ]


def test_ordinary_browsing_is_nothing() -> None:
    assert found(browsing()) == []


def test_horizontal_scan_with_its_evidence() -> None:
    [one] = found([*browsing(), *sweep(40)])
    assert (one.rule, one.severity, one.src, one.dst, one.port) == ("horizontal_scan", "high", "10.0.0.66", None, 445)
    assert (one.evidence["hosts"], one.evidence["unanswered_share"], one.flows) == (40, 1.0, 40)
    assert "40 hosts on port 445" in one.text


def test_vertical_scan_with_its_evidence() -> None:
    [one] = found([*browsing(), *ports(60)])
    assert (one.rule, one.severity, one.dst, one.evidence["ports"]) == ("vertical_scan", "high", "10.0.0.9", 60)


@pytest.mark.parametrize(
    "rows",
    [sweep(19), sweep(40, every=10), sweep(40, state="SF"), ports(19), ports(60, state="SF")],
    ids=["few hosts", "slow", "answered", "few ports", "ports answered"],
)
def test_below_each_threshold_of_a_scan_nothing_is_said(rows: Rows) -> None:
    assert found(rows) == []


def test_a_slow_scan_is_found_with_a_longer_window() -> None:
    assert named(found(sweep(40, every=10), RuleSet(scan=ScanRule(window_seconds=600)))) == [
        ("horizontal_scan", "high")
    ]


def test_a_busy_proxy_is_no_scanner() -> None:
    random = np.random.default_rng(3)
    rows = [
        flow(place * 0.2, "10.0.0.80", f"198.51.{random.integers(4)}.{random.integers(250)}", 443,
             state="S0" if random.random() < 0.08 else "SF")
        for place in range(3000)
    ]  # fmt: skip
    assert found(rows) == []


def test_a_known_scanner_is_worth_a_look_only() -> None:
    [one] = found(sweep(40), RuleSet(known_hosts=("10.0.0.66",)))
    assert one.severity == "low"
    assert "known hosts" in one.text


def test_brute_force_with_its_evidence() -> None:
    [one] = found([*browsing(), *logins(60)])
    assert (one.rule, one.severity, one.src, one.port, one.flows) == ("brute_force", "high", "203.0.113.8", 22, 60)
    assert one.evidence["attempts_in_window"] >= 20


@pytest.mark.parametrize(
    "rows",
    [
        logins(15),
        logins(60, every=60),
        logins(60, duration=100.0),
        logins(60, dst_bytes=50_000.0),
        logins(60, state="S0"),
        logins(60, port=443),
    ],
    ids=["few", "slow", "long", "large", "unanswered", "no passwords there"],
)
def test_below_each_threshold_of_brute_force_nothing_is_said(rows: Rows) -> None:
    assert "brute_force" not in {one.rule for one in found(rows)}


def test_a_working_client_and_a_health_check_are_worth_a_look_only() -> None:
    work = [*logins(60), *logins(20, dst_bytes=900_000.0, seed=2)]
    check = [flow(5.0 * place, "10.0.0.7", "10.0.0.9", 22, duration=0.2, dst_bytes=1500.0) for place in range(100)]
    assert {one.severity for one in found(work) if one.rule == "brute_force"} == {"low"}
    assert {one.severity for one in found(check)} == {"low"}


def test_a_database_client_without_a_pool_is_no_alarm() -> None:
    random = np.random.default_rng(4)
    rows = [
        flow(float(moment), "10.0.0.30", "10.0.0.31", 5432, dst_bytes=float(random.lognormal(7, 1.2)))
        for moment in np.cumsum(random.exponential(2, 300))
    ]
    assert {one.severity for one in found(rows)} <= {"low"}


def test_as_many_logins_in_the_baseline_make_them_usual() -> None:
    assert found(logins(60), baseline=[*browsing(), *logins(60, seed=9)]) == []


def test_exfiltration_with_its_evidence() -> None:
    [one] = found([*browsing(), *upload()])
    assert (one.rule, one.severity, one.src, one.dst) == ("exfiltration", "high", "10.0.0.2", "203.0.113.77")
    assert one.evidence["bytes_sent"] == 80e6
    assert one.evidence["usual_bytes"] < 1e6


def test_data_to_ones_own_or_known_or_popular_places_is_no_exfiltration() -> None:
    assert found([*browsing(), *upload(dst="10.0.0.200")]) == []
    assert found([*browsing(), *upload()], RuleSet(known_hosts=("203.0.113.0/24",))) == []
    shared = [row for host in range(1, 5) for row in upload(size=1e6, src=f"10.0.0.{host}", at=3600)]
    assert found([*browsing(), *shared, *upload()]) == []


def test_a_download_is_no_exfiltration() -> None:
    rows = [{**row, "src_bytes": 60e6, "dst_bytes": 400e6} for row in upload()]
    assert found([*browsing(), *rows]) == []


def test_a_nightly_backup_is_no_alarm() -> None:
    nights = [row for night in range(3) for row in upload(at=night * 86_400 + 3600)]
    assert {one.severity for one in found([*browsing(hours=60), *nights])} == {"low"}
    assert found([*browsing(hours=6), *upload()], baseline=[*browsing(hours=6), *upload(at=-86_400)]) == []


def test_without_history_of_a_host_exfiltration_is_worth_a_look_only() -> None:
    [one] = found(upload())
    assert (one.severity, one.evidence["windows_known"]) == ("low", 0)


def test_a_host_that_always_sends_much_is_no_alarm() -> None:
    random = np.random.default_rng(5)
    rows = [
        flow(float(moment), "10.0.0.2", f"198.51.100.{random.integers(40)}", 443, src_bytes=6e6)
        for moment in np.sort(random.uniform(0, 6 * 3600, 300))
    ]
    assert found([*rows, *upload()]) == []


def test_beaconing_with_its_evidence() -> None:
    [one] = found([*browsing(), *beacon()])
    assert (one.rule, one.severity, one.dst, one.port) == ("beaconing", "high", "203.0.113.50", 8443)
    assert one.evidence["repetitions"] == 50
    assert one.evidence["median_interval_seconds"] == pytest.approx(60, rel=0.05)
    assert one.evidence["jitter"] < 0.06


def test_a_beacon_that_misses_calls_is_found() -> None:
    rows = [row for place, row in enumerate(beacon(80)) if place % 7]
    assert named(found([*browsing(), *rows])) == [("beaconing", "high")]


@pytest.mark.parametrize(
    "rows",
    [beacon(11), beacon(jitter=1.0), beacon(every=2), beacon(port=123)],
    ids=["few", "irregular", "a transfer's own rhythm", "time server"],
)
def test_below_each_threshold_of_beaconing_nothing_is_said(rows: Rows) -> None:
    assert found(rows) == []


def test_heartbeats_that_are_expected_are_no_alarm() -> None:
    assert found(beacon(), RuleSet(known_hosts=("203.0.113.50",))) == []
    assert named(found(beacon(dst="10.0.0.40"))) == [("beaconing", "low")]
    fleet = [row for host in range(1, 9) for row in beacon(src=f"10.0.0.{host}")]
    assert {one.severity for one in found(fleet)} == {"low"}
    assert named(found(beacon(), baseline=[*browsing(), *beacon(20)])) == [("beaconing", "low")]


def test_rules_can_be_switched_off() -> None:
    off = RuleSet(scan=ScanRule(enabled=False), beaconing=BeaconingRule(enabled=False))
    assert found([*sweep(40), *beacon()], off) == []


@pytest.mark.parametrize(
    "rules",
    [
        {"scan": {"hosts": 1}},
        {"scan": {"hosts": 10**9}},
        {"scan": {"window_seconds": float("nan")}},
        {"beaconing": {"jitter": 0.9}},
        {"exfiltration": {"least_bytes": 0}},
        {"known_hosts": ["not a network"]},
        {"known_hosts": ["10.0.0.1"] * 1001},
        {"version": "2"},
        {"eval": "1"},
        {"brute_force": {"ports": [70000]}},
    ],
)
def test_parameters_are_bounded(rules: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RuleSet.model_validate(rules)


def test_rules_survive_json_and_name_their_flows() -> None:
    rules = RuleSet(exfiltration=ExfiltrationRule(least_bytes=1e6))
    assert RuleSet.model_validate(json.loads(rules.model_dump_json())) == rules
    rows = [*browsing(), *sweep(40)]
    findings, hits = apply_rules(flows_of(rows), rules)
    assert [bool(places) for places in hits] == [False] * len(browsing()) + [True] * 40
    assert findings[0].flows == 40


def test_the_order_of_the_flows_does_not_matter() -> None:
    rows = [*browsing(), *sweep(40), *beacon(), *upload(), *logins(60)]
    turned = [rows[place] for place in np.random.default_rng(0).permutation(len(rows))]
    assert found(rows) == found(turned)


def test_addresses_that_are_none_are_of_no_network() -> None:
    assert named(found([*browsing(), *upload(src="printer")])) == []
