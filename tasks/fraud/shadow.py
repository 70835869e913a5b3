"""The challenger in the shadow of the model in use: what it would have decided on payments that were answered."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from blocks.block_error import BlockError
from blocks.model_registry import ModelNotFound, ModelRegistry, ModelVersion
from tasks.champion import champion
from tasks.fraud.detector import MODEL, registered_detector
from tasks.fraud.second_opinion import STRICTNESS, features_by_history

CHALLENGER: Final = "challenger"
"""Alias of the newest version that was trained and not promoted."""

LISTED: Final = 50


class LiveShadow(BaseModel):
    """What the challenger would have decided by its score and thresholds, beside what the model in use did by its own.

    Rules and lists decide for both alike and are left out.
    """

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    registry_version: int = Field(description="Number of the challenger in the registry.")
    model_version: str = Field(description="Version on its card.")
    judged: int = Field(description="Payments that both judged.")
    same_decision: int = Field(description="Payments on which both decide alike.")
    stricter: list[str] = Field(description="Ids of payments for which it asks for more; at most 50.")
    laxer: list[str] = Field(description="Ids of payments for which it asks for less; at most 50.")

    @property
    def text(self) -> str:
        """In words."""
        return (
            f"In shadow: the challenger {self.model_version} (version {self.registry_version} of the registry) decides "
            f"{self.same_decision:,} of {self.judged:,} payments alike."
        )


def in_shadow(records: Sequence[Mapping[str, Any]]) -> tuple[LiveShadow | None, list[str]]:
    """The challenger on audit records, None where there is none; and why it could not be asked."""
    try:
        found = _challenger()
        return (None if found is None or not records else _judged(found, records)), []
    except (BlockError, ValueError) as error:
        return None, [f"The challenger could not be asked: {error}"]


def _challenger() -> ModelVersion | None:
    """The challenger, unless a later version was promoted meanwhile. Raises `BlockError`."""
    try:
        found = ModelRegistry.default().resolve(MODEL, CHALLENGER)
    except ModelNotFound:
        return None
    in_use = champion(MODEL)
    return None if in_use is not None and in_use.version >= found.version else found


def _judged(version: ModelVersion, records: Sequence[Mapping[str, Any]]) -> LiveShadow:
    detector = registered_detector(version)
    stricter: list[str] = []
    laxer: list[str] = []
    for table, part in features_by_history(records):
        thresholds = detector.variant(table.history).thresholds
        for record, score in zip(part, detector.score(table).tolist(), strict=True):
            asked = STRICTNESS[thresholds.decide(score)] - STRICTNESS[record["model_decision"]]
            if asked:
                (stricter if asked > 0 else laxer).append(record["transaction_id"])
    return LiveShadow(
        registry_version=version.version,
        model_version=detector.card.version,
        judged=len(records),
        same_decision=len(records) - len(stricter) - len(laxer),
        stricter=stricter[:LISTED],
        laxer=laxer[:LISTED],
    )
