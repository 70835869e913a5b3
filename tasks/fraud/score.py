"""Features, scores, decisions and reasons for a body of payments."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from models.fraud.decision import Decision
from models.fraud.reasons import top_reasons
from models.fraud.rules import RuleHit, decide
from tasks.fraud.detector import Origin, detector_of_run
from tasks.fraud.payments import Payments
from tasks.fraud.rule_book import matches_of
from tasks.fraud.verdict import Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.fraud.detector import FraudDetector
    from models.fraud.features import FeatureTable, History
    from models.fraud.rules.columns import Matches

DECISIONS: "Final[tuple[Decision, ...]]" = ("approve", "review", "block")
ALL_EXPLAINED: Final = 500
MOST_EXPLAINED: Final = 20_000
LARGE: Final = 20_000
"""Payments above which verdicts are written out for what is not approved; the scores of all go to a parquet file."""

MOST_KEPT: Final = 200_000

WHAT_IS_MISSING: Final = {
    "none": "history: none. Nothing but these payments is known, so counts and means start at their first one and "
    "nothing is known about frauds at a terminal; give history_uri for the full result.",
    "unlabelled": "history: unlabelled. No labels at least 7 days older than the payments, so nothing is known about "
    "frauds at a terminal; add the column is_fraud (or TX_FRAUD) to the history for the full result.",
}


class AllScores:
    """Score and decision of each payment of a large file, column by column; decision: 0 approve, 1 review, 2 block.

    kept: the rows that got verdicts.
    """

    def __init__(
        self,
        transaction_id: "NDArray[Any]",
        time: "NDArray[np.datetime64]",
        score: "NDArray[np.float64]",
        decision: "NDArray[np.int8]",
        kept: "NDArray[np.intp]",
    ) -> None:
        self.transaction_id = transaction_id
        self.time = time
        self.score = score
        self.decision = decision
        self.kept = kept

    @property
    def counts(self) -> dict[Decision, int]:
        """How many payments got each decision."""
        return {name: int((self.decision == code).sum()) for code, name in enumerate(DECISIONS)}


class Assessment:
    """Verdicts in the order of the payments, the model that gave them, and what limits them.

    `features` are those of the verdicts, where they are at hand. Of a large file the verdicts are those worth showing;
    `everything` has the scores of all.
    A plain class, for Prefect searches every value inside a dataclass that is passed to a task for futures.
    """

    def __init__(
        self,
        verdicts: list[Verdict],
        *,
        features: "FeatureTable | None" = None,
        everything: AllScores | None = None,
        history: "History",
        model: str,
        model_version: str,
        weights_sha256: str,
        detector: Origin,
        warnings: tuple[str, ...],
    ) -> None:
        self.verdicts = verdicts
        self.features = features
        self.everything = everything
        self.history = history
        self.model = model
        self.model_version = model_version
        self.weights_sha256 = weights_sha256
        self.detector = detector
        self.warnings = warnings

    def shown(self, payments: Payments) -> Payments:
        """Those of the payments judged that the verdicts are about, in their order."""
        return payments if self.everything is None else payments.only(self.everything.kept)

    @property
    def counts(self) -> dict[Decision, int]:
        """How many payments got each decision."""
        if self.everything is not None:
            return self.everything.counts
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
    """Judge each payment on what was known before it.

    Raises RuleBookError, `PaymentStoreAway` when the lists can't be read.
    """
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.fraud.features import point_in_time  # noqa: PLC0415 - numpy where it is used

    detector, origin = detector_of_run()
    features = point_in_time(payments.batch, payments.history)
    matches = matches_of(payments.batch, features)
    rows, everything, shown = len(payments.batch), None, payments
    kept = np.arange(rows)
    if rows > LARGE:
        everything = _all_scores(detector, features, payments, matches)
        kept = everything.kept
        features, shown = features[kept], payments.only(kept)
    return Assessment(
        verdicts=judge(detector, features, shown, matches.of_rows(kept)),
        features=features,
        everything=everything,
        history=features.history,
        model=detector.card.name,
        model_version=detector.card.version,
        weights_sha256=detector.weights_sha256,
        detector=origin,
        warnings=_limits(detector, features.history, rows),
    )


def _all_scores(
    detector: "FraudDetector", features: "FeatureTable", payments: Payments, matches: "Matches"
) -> AllScores:
    """Scores and decisions of all, and in their order the rows to show: what is not approved, at least 500."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    thresholds, scores = detector.variant(features.history).thresholds, detector.score(features)
    decision = matches.decide((scores >= thresholds.review).astype(np.int8) + (scores >= thresholds.block))
    most = min(max(int((decision > 0).sum()), ALL_EXPLAINED), MOST_KEPT)
    kept = np.sort(np.lexsort((-scores, decision == 0))[:most])
    batch = payments.batch
    return AllScores(batch.transaction_id, batch.time, scores, decision, kept)


def judge(
    detector: "FraudDetector", features: "FeatureTable", payments: Payments, hits: Sequence[tuple[RuleHit, ...]]
) -> list[Verdict]:
    """A verdict for each row of `features`, which are those of `payments.batch`; `hits` by row."""
    thresholds = detector.variant(features.history).thresholds
    scores = detector.score(features)
    reasons = _explain(detector, features, payments, scores)
    times: list[datetime] = payments.batch.time.tolist()
    return [
        Verdict(
            transaction_id=transaction_id,
            score=round(score, 6),
            decision=decide(thresholds.decide(score), hits[row]),
            rules_hit=tuple(hit.rule for hit in hits[row]),
            rules=hits[row],
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
    if rows > LARGE:
        warnings.append(
            f"{rows:,} payments: verdicts, reasons, rows and the CSV are of those that are not approved (at least the "
            f"{ALL_EXPLAINED} highest scores, at most {MOST_KEPT:,}); score and decision of every payment are in "
            "scores.parquet."
        )
    elif rows > ALL_EXPLAINED:
        warnings.append(
            f"{rows:,} payments: reasons are given for flagged ones and the {ALL_EXPLAINED} highest scores."
        )
    return tuple(warnings)
