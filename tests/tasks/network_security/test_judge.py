"""Verdicts: model, novelty and rules together, with their reasons, their picture and their parquet."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from models.network_security.rules.rule_set import RuleSet
from tasks.network_security.assessment import Assessment
from tasks.network_security.judge import judge_traffic
from tasks.network_security.network_file import NetworkFileError
from tasks.network_security.picture import traffic_picture
from tasks.network_security.publish import verdicts_parquet
from tasks.network_security.read import read_rows, read_traffic
from tasks.network_security.traffic import Traffic
from tests.tasks.network_security.records import FLOOD, UNSW_SET, nsl_row
from tests.tasks.network_security.sessions import (
    START,
    Session,
    guess_passwords,
    office,
    regular,
    scan_hosts,
    scan_ports,
    upload,
    zeek_log,
    zeek_rows,
)

pytestmark = pytest.mark.fraud


def logged(folder: Path, sessions: list[Session]) -> Traffic:
    path = folder / f"conn-{len(sessions)}.log"
    path.write_text(zeek_log(sessions))
    return read_traffic(path)


def judged(traffic: Traffic, baseline: Traffic | None = None, model: str = "auto") -> Assessment:
    return judge_traffic.fn(traffic, baseline, RuleSet(), model)


def test_all_rules_in_one_log_name_their_flows(tmp_path: Path) -> None:
    beacon = regular("10.0.0.3", "203.0.113.50", 8443, every=60, count=80, jitter=0.05, start=START + 100)
    planted = [*scan_hosts(), *scan_ports(), *guess_passwords(), *beacon, *upload()]
    assessment = judged(logged(tmp_path, [*office(hours=3), *planted]))
    high = {one.rule for one in assessment.findings if one.severity == "high"}
    assert high == {"horizontal_scan", "vertical_scan", "brute_force", "beaconing", "exfiltration"}
    assert assessment.counts()["attack"] == len(planted)
    assert {"scan", "brute_force", "beaconing", "exfiltration"} <= assessment.classes().keys()
    top = assessment.ranked()[0]
    assert assessment.reasons[int(top)][0].text
    assert assessment.score[top] == 0.9


def test_ordinary_traffic_gives_no_alarm(tmp_path: Path) -> None:
    backup = [one for night in range(3) for one in upload("10.0.0.9", "203.0.113.99", start=START + night * 86_400)]
    heartbeat = regular("10.0.0.2", "10.0.0.30", 9100, every=15, count=300)
    assessment = judged(logged(tmp_path, [*office(hours=3, seed=4), *backup, *heartbeat]))
    assert assessment.counts()["attack"] == 0
    assert {one.severity for one in assessment.findings} == {"low"}


def test_a_baseline_makes_novelty_mean_something(tmp_path: Path) -> None:
    baseline, later = logged(tmp_path, office(hours=4, seed=1)), office(hours=2, seed=2)
    tunnel = Session(START + 50, "10.0.0.2", "203.0.113.7", 53, 900_000, 40_000_000, 1800.0, protocol="udp")
    traffic = logged(tmp_path, [*later, tunnel])
    assessment = judged(traffic, baseline)
    assert traffic.flows is not None
    strange = int(np.flatnonzero(traffic.flows.dst == "203.0.113.7")[0])
    assert (assessment.decision[strange], assessment.attack_class[strange]) == ("watch", "unknown")
    assert assessment.novelty[strange] == 1
    assert "the nearest normal record has" in assessment.reasons[strange][0].text
    assert (assessment.decision == "watch").mean() < 0.02
    applied = {one.judge: one.applied for one in assessment.judged_by}
    assert applied == {"model": False, "novelty": True, "rules": True}


def test_nsl_kdd_is_judged_by_the_shipped_model_alone() -> None:
    traffic = read_rows([nsl_row()] * 3 + [nsl_row(**FLOOD)])
    assessment = judged(traffic)
    assert assessment.decision.tolist() == ["normal"] * 3 + ["attack"]
    applied = {one.judge: one.applied for one in assessment.judged_by}
    assert applied == {"model": True, "novelty": True, "rules": False}
    assert "training data alone" in assessment.threshold.how
    verdict = assessment.verdict(traffic, 3)
    assert (verdict.record, verdict.attack_class, verdict.time, verdict.src) == (4, "dos", None, None)
    assert len(verdict.reasons) > 1


def test_without_a_model_and_hosts_only_novelty_is_left_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "unsw.csv").write_text(UNSW_SET)
    assessment = judged(read_traffic(tmp_path / "unsw.csv"))
    assert not any(one.applied for one in assessment.judged_by)
    assert any("No trained model judged these records" in warning for warning in assessment.warnings)
    assert "too few records" in assessment.judged_by[1].what


def test_a_baseline_too_small_is_refused(tmp_path: Path) -> None:
    traffic = logged(tmp_path, office(hours=0.5))
    with pytest.raises(NetworkFileError, match="baseline_uri: the baseline holds 3 records; at least 50"):
        judged(traffic, read_rows(zeek_rows(office(hours=0.5)[:3])))


def test_a_model_that_is_not_there_is_said(tmp_path: Path) -> None:
    traffic = logged(tmp_path, office(hours=0.5))
    with pytest.raises(ValueError, match="no model for zeek-conn records comes with the code"):
        judged(traffic, model="shipped")


@pytest.mark.parametrize("timed", [True, False])
def test_picture_and_parquet_are_the_same_each_time(tmp_path: Path, timed: bool) -> None:
    traffic = (
        logged(tmp_path, [*office(hours=1), *scan_hosts()]) if timed else read_rows([nsl_row(), nsl_row(**FLOOD)] * 5)
    )
    assessment = judged(traffic)
    picture = traffic_picture(traffic, assessment)
    assert picture[:4] == b"\x89PNG"
    assert picture == traffic_picture(traffic, judged(traffic))
    content = verdicts_parquet(traffic, assessment)
    assert content == verdicts_parquet(traffic, assessment)
    table = pq.read_table(BytesIO(content))
    assert table.num_rows == len(traffic)
    assert table["score"].to_pylist() == assessment.score.tolist()
    assert table["decision"].to_pylist() == assessment.decision.tolist()
