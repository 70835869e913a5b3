"""What the slower models say of verdicts that the booster gave: random forest with the booster, and novelty."""

import math
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from pydantic import BaseModel, ConfigDict, Field

from blocks.block_error import BlockError
from blocks.model_registry import ModelRegistry
from models.fraud.decision import Decision
from models.fraud.reasons import Reason
from tasks.champion import champion_of_run, files_of
from tasks.fraud.detector import MODEL
from tasks.fraud.score import Assessment
from tasks.fraud.verdict import Verdict

if TYPE_CHECKING:
    from models.fraud.ensemble import Ensemble
    from models.fraud.features import FeatureTable

STRICTNESS: Final[dict[Decision, int]] = {"approve": 0, "review": 1, "block": 2}
LISTED: Final = 500
MOST_JUDGED: Final = 20_000
"""Payments of a file that the slower models look at: the highest scores. They take seconds for as many."""


class SecondOpinion(BaseModel):
    """A payment on which the slower models see more than the verdict did."""

    model_config = ConfigDict(frozen=True)

    transaction_id: str = Field(description="The payment.")
    answered: Decision = Field(description="What was answered.")
    score: float = Field(ge=0, le=1, description="Calibrated probability of booster and forest together.")
    decision: Decision = Field(description="What that asks for.")
    unusual: bool = Field(description="Whether the isolation forest finds it unlike what it was trained on.")

    @property
    def asked_for(self) -> Decision:
        """What should be done now: what the models ask for, at least a look at what is unusual."""
        if self.unusual and self.decision == "approve":
            return "review"
        return self.decision

    @property
    def text(self) -> str:
        """In words."""
        if STRICTNESS[self.decision] > STRICTNESS[self.answered]:
            return (
                f"booster and forest together ask to {self.decision} ({self.score:.0%}); {self.answered} was answered"
            )
        return "unlike the payments that the isolation forest was trained on"


class SecondOpinions(BaseModel):
    """The slower models over a window or a body of payments."""

    model_config = ConfigDict(frozen=True)

    judged: int = Field(
        description="Verdicts that they looked at: 0 where nothing is known from before, or the model has no forests."
    )
    stricter: list[SecondOpinion] = Field(
        description="Where they ask for more than was answered, or find the payment unusual; the 500 highest scores."
    )
    warnings: list[str] = Field([], description="Why they could not be asked.")


@task(
    name="second-opinion",
    description="Random forest and isolation forest on payments that the booster has judged.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def opinions_on(assessment: Assessment) -> SecondOpinions:
    """Opinions on the verdicts of a body of payments, the highest scores of a large one."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    if assessment.features is None or assessment.history == "none":
        return SecondOpinions(judged=0, stricter=[])
    version = champion_of_run(MODEL)
    try:
        ensemble = _ensemble(version.version if version else None)
    except (BlockError, ValueError) as error:
        return _without(f"No second opinion by {assessment.model_version}: {error}")
    if ensemble is None:
        return _without(f"No second opinion: {assessment.model_version} has no forests.")
    scores = np.array([verdict.score for verdict in assessment.verdicts])
    rows = np.sort((-scores).argsort(kind="stable")[:MOST_JUDGED])
    verdicts = [assessment.verdicts[row] for row in rows.tolist()]
    answered = [(verdict.transaction_id, verdict.decision) for verdict in verdicts]
    found = _ranked(_opinions(ensemble, assessment.features[rows], answered))
    return SecondOpinions(judged=len(rows), stricter=found)


def with_opinions(assessment: Assessment, opinions: SecondOpinions) -> Assessment:
    """Verdicts as the queue of alerts should see them: with what the slower models ask for, and why."""
    seen = {opinion.transaction_id: opinion for opinion in opinions.stricter}
    told = copy(assessment)
    told.verdicts = [
        _with_opinion(verdict, seen[verdict.transaction_id]) if verdict.transaction_id in seen else verdict
        for verdict in assessment.verdicts
    ]
    return told


def _with_opinion(verdict: Verdict, opinion: SecondOpinion) -> Verdict:
    why = Reason(feature="second_opinion", value=opinion.score, contribution=0, text=opinion.text)
    return verdict.model_copy(
        update={
            "decision": max(verdict.decision, opinion.asked_for, key=STRICTNESS.__getitem__),
            "score": max(verdict.score, opinion.score),
            "reasons": (why, *verdict.reasons),
        }
    )


def _without(why: str) -> SecondOpinions:
    return SecondOpinions(judged=0, stricter=[], warnings=[why])


def second_opinions(records: Sequence[Mapping[str, Any]]) -> SecondOpinions:
    """Opinions on audit records; a model that has no forests or is not to be had is left out with a warning."""
    found: list[SecondOpinion] = []
    warnings: list[str] = []
    judged = 0
    for model, history, part in _alike(records):
        if history == "none":  # the forests learned from full windows: to them every payment without any is unusual
            continue
        try:
            ensemble = _ensemble(model["registry_version"])
        except (BlockError, ValueError) as error:
            warnings.append(f"No second opinion by {model['version']}: {error}")
            continue
        if ensemble is None or ensemble.detector.weights_sha256 != model["weights_sha256"]:
            warnings.append(f"No second opinion on {len(part)} verdicts: {model['version']} has no forests here.")
            continue
        judged += len(part)
        for table, rows in features_by_history(part):
            answered = [(record["transaction_id"], record["decision"]) for record in rows]
            found += _opinions(ensemble, table, answered)
    return SecondOpinions(judged=judged, stricter=_ranked(found), warnings=warnings)


def _ranked(found: list[SecondOpinion]) -> list[SecondOpinion]:
    return sorted(found, key=lambda opinion: -opinion.score)[:LISTED]


def _alike(
    records: Sequence[Mapping[str, Any]],
) -> Iterator[tuple[Mapping[str, Any], Any, list[Mapping[str, Any]]]]:
    """Records of one model and one kind of history together."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for record in records:
        groups.setdefault((record["model"]["weights_sha256"], record["history"]), []).append(record)
    for (_, history), part in groups.items():
        yield part[0]["model"], history, part


def _ensemble(registry_version: int | None) -> "Ensemble | None":
    from models.fraud.detector import SHIPPED_WEIGHTS, load_detector  # noqa: PLC0415 - numpy where it is used
    from models.fraud.ensemble import load_ensemble  # noqa: PLC0415

    folder = (
        SHIPPED_WEIGHTS
        if registry_version is None
        else files_of(ModelRegistry.default().resolve(MODEL, registry_version))
    )
    return load_ensemble(folder) if load_detector(folder).card.ensemble else None


def features_by_history(
    records: Sequence[Mapping[str, Any]],
) -> Iterator[tuple["FeatureTable", list[Mapping[str, Any]]]]:
    """The features that audit records were judged on, those of one kind of history together, with their records."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.fraud.features import FeatureTable  # noqa: PLC0415

    groups: dict[Any, list[Mapping[str, Any]]] = {}
    for record in records:
        groups.setdefault((record["history"], tuple(record["features"])), []).append(record)
    for (history, names), part in groups.items():
        values = [[_number(record["features"][name]) for name in names] for record in part]
        yield FeatureTable(names, np.array(values), history), part


def _opinions(
    ensemble: "Ensemble", table: "FeatureTable", answered: Sequence[tuple[str, Decision]]
) -> list[SecondOpinion]:
    """Opinions that ask for more than was answered: (transaction id, decision) of each row of the features."""
    labelled = table.history == "labelled"
    thresholds = ensemble.card.thresholds if labelled else ensemble.detector.variant(table.history).thresholds
    scores, unusual = ensemble.score(table).tolist(), ensemble.unusual(table).tolist()
    opinions = [
        SecondOpinion(
            transaction_id=transaction_id,
            answered=decision,
            score=round(score, 6),
            decision=thresholds.decide(score),
            unusual=strange,
        )
        for (transaction_id, decision), score, strange in zip(answered, scores, unusual, strict=True)
    ]
    return [one for one in opinions if one.unusual or STRICTNESS[one.decision] > STRICTNESS[one.answered]]


def _number(value: float | None) -> float:
    return math.nan if value is None else value
