"""Features, scores, decisions and reasons for a body of payments."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from models.fraud.decision import Decision
from models.fraud.reasons import top_reasons
from tasks.fraud.detector import Origin, detector_of_run
from tasks.fraud.payments import Payments
from tasks.fraud.verdict import Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.fraud.detector import FraudDetector
    from models.fraud.features import FeatureTable, History

ALL_EXPLAINED: Final = 500
MOST_EXPLAINED: Final = 20_000

WHAT_IS_MISSING: Final = {
    "none": "history: none. Nothing but these payments is known, so counts and means start at their first one and "
    "nothing is known about frauds at a terminal; give history_uri for the full result.",
    "unlabelled": "history: unlabelled. No labels at least 7 days older than the payments, so nothing is known about "
    "frauds at a terminal; add the column is_fraud (or TX_FRAUD) to the history for the full result.",
}


class Assessment:
    """Verdicts in the order of the payments, the model that gave them, and what limits them.

    A plain class, for Prefect searches every value inside a dataclass that is passed to a task for futures.
    """

    def __init__(
        self,
        verdicts: list[Verdict],
        *,
        history: "History",
        model: str,
        model_version: str,
        weights_sha256: str,
        detector: Origin,
        warnings: tuple[str, ...],
    ) -> None:
        self.verdicts = verdicts
        self.history = history
        self.model = model
        self.model_version = model_version
        self.weights_sha256 = weights_sha256
        self.detector = detector
        self.warnings = warnings

    @property
    def counts(self) -> dict[Decision, int]:
        """How many payments got each decision."""
        counts: dict[Decision, int] = {"approve": 0, "review": 0, "block": 0}
        for verdict in self.verdicts:
            counts[verdict.decision] += 1
        return counts

    def highest(self, most: int) -> list[Verdict]:
        """All verdicts in their order where there are at most `most`, else the highest scores, highest first."""
        if len(self.verdicts) <= most:
            return self.verdicts
        return sorted(self.verdicts, key=lambda verdict: -verdict.score)[:most]


@task(
    name="score-transactions",
    description="Point-in-time features, calibrated probability of fraud, decision and reasons for each payment.",
    persist_result=False,
    cache_policy=NO_CACHE,
)
def score_transactions(payments: Payments) -> Assessment:
    """Judge each payment on what was known before it."""
    from models.fraud.features import point_in_time  # noqa: PLC0415 - numpy where it is used

    detector, origin = detector_of_run()
    features = point_in_time(payments.batch, payments.history)
    return Assessment(
        verdicts=judge(detector, features, payments),
        history=features.history,
        model=detector.card.name,
        model_version=detector.card.version,
        weights_sha256=detector.weights_sha256,
        detector=origin,
        warnings=_limits(detector, features.history, len(payments.batch)),
    )


def judge(detector: "FraudDetector", features: "FeatureTable", payments: Payments) -> list[Verdict]:
    """A verdict for each row of `features`, which are those of `payments.batch`."""
    thresholds = detector.variant(features.history).thresholds
    scores = detector.score(features)
    reasons = _explain(detector, features, payments, scores)
    times: list[datetime] = payments.batch.time.tolist()
    return [
        Verdict(
            transaction_id=transaction_id,
            score=round(score, 6),
            decision=thresholds.decide(score),
            reasons=reasons.get(row, ()),
            model_version=detector.card.version,
            features_as_of=times[row].replace(tzinfo=UTC),
        )
        for row, (transaction_id, score) in enumerate(
            zip(payments.batch.transaction_id.tolist(), scores.tolist(), strict=True)
        )
    ]


def _explain(
    detector: "FraudDetector", features: "FeatureTable", payments: Payments, scores: "NDArray[np.float64]"
) -> dict[int, tuple[Any, ...]]:
    """Reasons for every row of a small body, and for the highest scores of a large one, all flagged ones among them."""
    variant = detector.variant(features.history)
    rows = (-scores).argsort(kind="stable")
    if len(rows) > ALL_EXPLAINED:
        flagged = int((scores >= variant.thresholds.review).sum())
        rows = rows[: min(max(flagged, ALL_EXPLAINED), MOST_EXPLAINED)]
    chosen = features[rows]
    shares, values = detector.contributions(chosen)[:, :-1], chosen.select(variant.features)
    return {
        int(row): tuple(
            top_reasons(variant.features, values[place], shares[place], currency=str(payments.batch.currency[row]))
        )
        for place, row in enumerate(rows)
    }


def _limits(detector: "FraudDetector", history: "History", rows: int) -> tuple[str, ...]:
    warnings = [WHAT_IS_MISSING[history]] if history in WHAT_IS_MISSING else []
    if detector.card.data.simulated:
        warnings.append(
            f"The model was trained on simulated payments ({detector.card.data.source}): it shows how the system works "
            "and knows nothing of real fraud. Train one on your own with train_fraud_detector."
        )
    if rows > ALL_EXPLAINED:
        warnings.append(
            f"{rows:,} payments: reasons are given for flagged ones and the {ALL_EXPLAINED} highest scores."
        )
    return tuple(warnings)
