"""Judging traffic: the trained model where there is one, novelty else, and rules where hosts and times are known."""

from typing import TYPE_CHECKING, Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from models.network_security.attack_class import NORMAL
from models.network_security.reason import Reason
from models.network_security.rules.finding import CLASSES, SCORES, Finding
from models.network_security.rules.rule_set import VERSION, RuleSet
from tasks.network_security.assessment import Assessment
from tasks.network_security.detector import detector_of_run
from tasks.network_security.opinion import Opinion, by_model, by_novelty, in_space
from tasks.network_security.traffic import Traffic
from tasks.network_security.verdict import JudgedBy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ALL_EXPLAINED: Final = 500
MOST_EXPLAINED: Final = 5_000
OF_EACH_CLASS: Final = 20


@task(
    name="judge-traffic",
    description="Model, novelty and rules, as far as each can be applied: a verdict with reasons for each record.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def judge_traffic(traffic: Traffic, baseline: Traffic | None, rules: RuleSet, model: str) -> Assessment:
    """Judge each record. Raises `BlockError`, `WeightsMismatchError`, NetworkFileError."""
    opinion = _opinion(traffic, baseline, model)
    findings, hits, by_rules = _findings(traffic, baseline, rules)
    return _joined(opinion, findings, hits, by_rules)


def _opinion(traffic: Traffic, baseline: Traffic | None, model: str) -> Opinion:
    detector, origin = detector_of_run(traffic.format, model)
    if detector is None:
        why = "the request asks for none" if model == "none" else f"none was trained on {traffic.format} records"
        return by_novelty(traffic, baseline, why)
    table = in_space(traffic, detector.card.encoding.space.name)
    if table is None:
        return by_novelty(
            traffic, baseline, f"{detector.card.name} needs hosts and times, which these records do not tell"
        )
    opinion = by_model(detector, origin, table)
    if baseline is not None:
        opinion.warnings.append("The baseline serves the rules alone: the model brings its own normal traffic.")
    return opinion


def _findings(
    traffic: Traffic, baseline: Traffic | None, rules: RuleSet
) -> tuple[list[Finding], list[list[int]], JudgedBy]:
    if traffic.flows is None or not traffic.in_context:
        what = f"these {traffic.format} records do not tell hosts and times"
        return [], [], JudgedBy(judge="rules", version=VERSION, applied=False, what=what)
    from models.network_security.rules.apply import apply_rules  # noqa: PLC0415 - numpy where it is used

    earlier = None if baseline is None else baseline.flows
    findings, hits = apply_rules(traffic.flows, rules, earlier)
    beside = "without a baseline" if earlier is None else f"beside a baseline of {len(earlier):,} flows"
    what = f"scan, brute force, exfiltration and beaconing over {len(traffic):,} flows, {beside}"
    return findings, hits, JudgedBy(judge="rules", version=rules.version, applied=True, what=what)


def _joined(opinion: Opinion, findings: list[Finding], hits: list[list[int]], by_rules: JudgedBy) -> Assessment:
    """The highest grade counts; a high finding names the class, a low one only where nothing else does."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    score, named = opinion.score.copy(), opinion.attack_class.copy()
    watch = opinion.new.copy()
    for row, places in enumerate(hits):
        if not places:
            continue
        gravest = findings[places[0]]  # findings are in the order of their gravity
        if gravest.severity == "high" or named[row] in {NORMAL, "unknown"}:
            named[row] = CLASSES[gravest.rule]
        score[row] = max(score[row], SCORES[gravest.severity])
        watch[row] = True
    attack = score >= opinion.threshold.score
    decision = np.where(attack, "attack", np.where(watch, "watch", NORMAL)).astype(object)
    assessment = Assessment(
        score=score,
        attack_class=named,
        novelty=opinion.novelty,
        decision=decision,
        reasons={},
        findings=findings,
        hits=hits,
        judged_by=[*opinion.judged_by, by_rules],
        threshold=opinion.threshold,
        model=opinion.model,
        model_version=opinion.model_version,
        weights_sha256=opinion.weights_sha256,
        warnings=list(opinion.warnings),
    )
    rows = _explained(assessment)
    assessment.reasons = _reasons(opinion, findings, hits, rows)
    if len(score) > len(rows):
        assessment.warnings.append(
            f"{len(score):,} records: reasons are given for {len(rows):,}, the highest scores of all and of each class."
        )
    return assessment


def _explained(assessment: Assessment) -> "NDArray[np.intp]":
    """The rows that get reasons: all of few, else the flagged ones and the highest scores, also those of each class."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    ranked = assessment.ranked()
    flagged = int((assessment.decision != NORMAL).sum())
    first = ranked[: min(max(flagged, ALL_EXPLAINED), MOST_EXPLAINED)]
    named = assessment.attack_class[ranked]
    of_each = [ranked[named == name][:OF_EACH_CLASS] for name in sorted(set(named.tolist()))]
    return np.unique(np.concatenate([first, *of_each]))


def _reasons(
    opinion: Opinion, findings: list[Finding], hits: list[list[int]], rows: "NDArray[np.intp]"
) -> dict[int, tuple[Reason, ...]]:
    """Findings first, then what the model or novelty has to say."""
    said = opinion.explain(rows)
    reasons = {}
    for row in rows.tolist():
        own = [findings[place] for place in hits[row][:2]] if hits else []
        by_rule = tuple(
            Reason(feature=one.rule, value=one.severity, contribution=SCORES[one.severity], text=one.text)
            for one in own
        )
        reasons[row] = (*by_rule, *said.get(row, ()))
    return reasons
