"""Judging payments as they come in: features in, what goes into the audit out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.fraud.decision import Decision
from models.fraud.reasons import Reason, top_reasons

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.fraud.detector import FraudDetector
    from models.fraud.features import History
    from models.fraud.transactions import Transactions


@dataclass(frozen=True)
class Model:
    """A detector in use, and which version of the registry it is; None for the shipped one."""

    detector: "FraudDetector"
    registry_version: int | None

    @property
    def audited(self) -> dict[str, Any]:
        """How the audit names it."""
        return {
            "name": self.detector.card.name,
            "version": self.detector.card.version,
            "weights_sha256": self.detector.weights_sha256,
            "registry_version": self.registry_version,
        }


@dataclass(frozen=True)
class Judgement:
    """What the model says of one payment, and on which features."""

    score: float
    decision: Decision
    reasons: list[Reason]
    history: "History"
    features: dict[str, float | None]


def judge_live(
    model: Model, rows: "Transactions", values: "NDArray[np.float64]", histories: Sequence["History"]
) -> list[Judgement]:
    """Score, decision and reasons of each row; a row's outcome does not depend on the others.

    `values` are the rows' features by `FEATURES`; `histories` say what stood behind each row's.
    """
    from models.fraud.features import FEATURES, FeatureTable  # noqa: PLC0415 - numpy where it is used

    judged: dict[int, Judgement] = {}
    for history in dict.fromkeys(histories):
        places = [place for place, found in enumerate(histories) if found == history]
        variant = model.detector.variant(history)
        table = FeatureTable(FEATURES, values[places], history)
        scores = model.detector.score(table)
        shares, used = model.detector.contributions(table)[:, :-1], table.select(variant.features)
        for row, place in enumerate(places):
            score = float(scores[row])
            judged[place] = Judgement(
                score=score,
                decision=variant.thresholds.decide(score),
                reasons=top_reasons(variant.features, used[row], shares[row], currency=str(rows.currency[place])),
                history=history,
                features={
                    name: None if math.isnan(value) else value
                    for name, value in zip(FEATURES, values[place].tolist(), strict=True)
                },
            )
    return [judged[place] for place in range(len(histories))]
