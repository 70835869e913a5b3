"""What the slower models say of verdicts that were given in real time: random forest with the booster, and novelty."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from blocks.block_error import BlockError
from blocks.model_registry import ModelRegistry
from models.fraud.decision import Decision
from tasks.champion import files_of
from tasks.fraud.detector import MODEL

if TYPE_CHECKING:
    from models.fraud.ensemble import Ensemble

STRICTNESS: Final[dict[Decision, int]] = {"approve": 0, "review": 1, "block": 2}
LISTED: Final = 500


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
    """The slower models over a window."""

    model_config = ConfigDict(frozen=True)

    judged: int = Field(description="Verdicts that they looked at; 0 where the model has no forests.")
    stricter: list[SecondOpinion] = Field(
        description="Where they ask for more than was answered, or find the payment unusual; the 500 highest scores."
    )
    warnings: list[str] = Field([], description="Why they could not be asked.")


def second_opinions(records: Sequence[Mapping[str, Any]]) -> SecondOpinions:
    """Opinions on audit records; a model that has no forests or is not to be had is left out with a warning."""
    found: list[SecondOpinion] = []
    warnings: list[str] = []
    judged = 0
    for model, history, part in _alike(records):
        try:
            ensemble = _ensemble(model["registry_version"])
        except (BlockError, ValueError) as error:
            warnings.append(f"No second opinion by {model['version']}: {error}")
            continue
        if ensemble is None or ensemble.detector.weights_sha256 != model["weights_sha256"]:
            warnings.append(f"No second opinion on {len(part)} verdicts: {model['version']} has no forests here.")
            continue
        judged += len(part)
        found += _opinions(ensemble, history, part)
    ranked = sorted(found, key=lambda opinion: -opinion.score)
    return SecondOpinions(judged=judged, stricter=ranked[:LISTED], warnings=warnings)


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


def _opinions(ensemble: "Ensemble", history: Any, records: Sequence[Mapping[str, Any]]) -> list[SecondOpinion]:
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.fraud.features import FeatureTable  # noqa: PLC0415

    names = tuple(records[0]["features"])
    values = [[_number(record["features"][name]) for name in names] for record in records]
    table = FeatureTable(names, np.array(values), history)
    thresholds = ensemble.card.thresholds if history == "labelled" else ensemble.detector.variant(history).thresholds
    scores, unusual = ensemble.score(table).tolist(), ensemble.unusual(table).tolist()
    opinions = [
        SecondOpinion(
            transaction_id=record["transaction_id"],
            answered=record["decision"],
            score=round(score, 6),
            decision=thresholds.decide(score),
            unusual=strange,
        )
        for record, score, strange in zip(records, scores, unusual, strict=True)
    ]
    return [one for one in opinions if one.unusual or STRICTNESS[one.decision] > STRICTNESS[one.answered]]


def _number(value: float | None) -> float:
    return math.nan if value is None else value
