"""The audit of real-time verdicts: canonical records, each chained to the one before by its digest."""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from blocks.model_registry import ModelRegistry
from blocks.payment_store import AuditRow
from models.fraud.decision import Decision
from models.fraud.rules import RuleHit, decide
from tasks.champion import files_of
from tasks.fraud.detector import MODEL, shipped_detector
from tasks.fraud.live_verdict import LiveVerdict

if TYPE_CHECKING:
    from models.fraud.detector import FraudDetector

FORMAT: Final = 1
SCORE_DIGITS: Final = 6


class AuditError(ValueError):
    """The audit is not what was written; says where it breaks."""


def canonical(record: Mapping[str, Any]) -> str:
    """A record as JSON in one spelling: keys sorted, no white space, ASCII, doubles by their shortest digits."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def chained(previous: str, record: str) -> str:
    """Digest of a record behind the one with the digest `previous` ("" for the first): SHA-256, hexadecimal."""
    return hashlib.sha256(f"{previous}\n{record}".encode("ascii")).hexdigest()


def verify(rows: Iterable[AuditRow]) -> tuple[int, str]:
    """Walk the whole chain from its first record; returns how many there are, and the last digest.

    Keep that pair elsewhere and compare: it shows a chain that was cut at its end or rewritten whole. Raises
    AuditError naming the first record that is missing or was changed.
    """
    count, previous = 0, ""
    for row in rows:
        if row.sequence != count + 1:
            raise AuditError(f"record {count + 1} is missing: {row.sequence} stands in its place")
        if row.previous != previous or row.digest != chained(previous, row.record):
            raise AuditError(f"record {row.sequence} (transaction {row.transaction_id!a}) is not what was written")
        said = json.loads(row.record)
        if (said["sequence"], said["owner"], said["transaction_id"], said["run_id"]) != (
            row.sequence,
            row.owner,
            row.transaction_id,
            row.run_id,
        ):
            raise AuditError(f"record {row.sequence} stands in a row that names another transaction or run")
        count, previous = row.sequence, row.digest
    return count, previous


def verdict_of(record: str, *, latency_ms: float, repeated: bool = False) -> LiveVerdict:
    """The verdict that a record keeps."""
    said = json.loads(record)
    return LiveVerdict(
        transaction_id=said["transaction_id"],
        score=round(said["score"], SCORE_DIGITS),
        decision=said["decision"],
        reasons=said["reasons"],
        rules_hit=tuple(rule["rule"] for rule in said["rules"]),
        rules=said["rules"],
        model_version=said["model"]["version"],
        features_as_of=said["features_as_of"],
        latency_ms=latency_ms,
        run_id=said["run_id"],
        repeated=repeated,
    )


class Outcome(NamedTuple):
    """What is said of a payment."""

    score: float
    decision: Decision


def replay(row: AuditRow) -> tuple[Outcome, Outcome]:
    """The outcome that a record keeps, and what its model, thresholds and rule hits give for its features now.

    Raises AuditError when the model is not to be had any more, `BlockError` when the registry is away.
    """
    said = json.loads(row.record)
    detector = _detector(said["model"])
    score = score_again(detector, said)
    by_score = detector.variant(said["history"]).thresholds.decide(score)
    again = Outcome(score, decide(by_score, [RuleHit.model_validate(hit) for hit in said["rules"]]))
    return Outcome(said["score"], said["decision"]), again


def score_again(detector: "FraudDetector", said: Mapping[str, Any]) -> float:
    """The score of a record's features by a detector."""
    import numpy as np  # noqa: PLC0415 - numpy where it is used

    from models.fraud.features import FeatureTable  # noqa: PLC0415

    names = tuple(said["features"])
    values = [math.nan if value is None else value for value in said["features"].values()]
    return float(detector.score(FeatureTable(names, np.array([values]), said["history"]))[0])


def _detector(model: Mapping[str, Any]) -> "FraudDetector":
    from models.fraud.detector import load_detector  # noqa: PLC0415 - numpy where it is used

    if model["registry_version"] is None:
        detector = shipped_detector()
    else:
        detector = load_detector(files_of(ModelRegistry.default().resolve(MODEL, model["registry_version"])))
    if detector.weights_sha256 != model["weights_sha256"]:
        raise AuditError(
            f"the verdict is by {model['version']} ({model['weights_sha256'][:16]}), and the model here is "
            f"{detector.card.version} ({detector.weights_sha256[:16]}): restore the release or registry of that time"
        )
    return detector
