"""The challenger is asked beside the model in use, until a later version is promoted."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from blocks.model_registry import ModelRegistry
from models.fraud.detector import FraudDetector, load_detector
from models.fraud.features import FEATURES, point_in_time
from models.fraud.simulator import simulate
from tasks.fraud.detector import MODEL
from tasks.fraud.shadow import CHALLENGER, in_shadow

pytestmark = pytest.mark.fraud


def registered(folder: Path, trees: int | None) -> int:
    """A version of the registry: the first trees of the shipped detector, or all of them."""
    shipped = load_detector()
    boosters = {name: booster[:trees] if trees else booster for name, booster in shipped.boosters.items()}
    fewer = FraudDetector(shipped.card, boosters)
    card = shipped.card.model_copy(update={"version": f"{trees}-trees", "sha256": digests(fewer, folder)})
    files = {path.name: path for path in FraudDetector(card, fewer.boosters).save(folder)}
    return ModelRegistry.default().register(MODEL, files, metrics={}, data_digest="0" * 64, code_version="test").version


def digests(detector: FraudDetector, folder: Path) -> dict[str, str]:
    from hashlib import sha256

    return {path.name: sha256(path.read_bytes()).hexdigest() for path in detector.save(folder) if path.suffix == ".ubj"}


def answered() -> list[dict[str, Any]]:
    """Audit records of the shipped detector on simulated payments, as far as a shadow needs them."""
    detector, rows = load_detector(), simulate(customers=40, terminals=80, days=15, seed=3).transactions
    table = point_in_time(rows)
    thresholds, scores = detector.variant(table.history).thresholds, detector.score(table)
    return [
        {
            "transaction_id": f"t{place}",
            "history": table.history,
            "model_decision": thresholds.decide(float(scores[place])),
            "features": {
                name: None if np.isnan(value) else float(value)
                for name, value in zip(FEATURES, table.values[place], strict=True)
            },
        }
        for place in range(len(rows))
    ]


def test_a_challenger_is_asked_until_a_later_version_is_promoted(tmp_path: Path) -> None:
    registry, records = ModelRegistry.default(), answered()
    assert in_shadow(records) == (None, [])
    registry.promote(MODEL, registered(tmp_path / "weak", 1), CHALLENGER)
    shadow, untold = in_shadow(records)
    assert shadow is not None
    assert (shadow.model_version, shadow.judged, untold) == ("1-trees", len(records), [])
    assert 0 < shadow.same_decision < len(records)
    named = {record["transaction_id"]: record["model_decision"] for record in records}
    assert all(named[one] != "block" for one in shadow.stricter)
    assert all(named[one] != "approve" for one in shadow.laxer)
    registry.promote(MODEL, registered(tmp_path / "later", 2))
    assert in_shadow(records) == (None, [])


def test_the_same_model_decides_alike(tmp_path: Path) -> None:
    ModelRegistry.default().promote(MODEL, registered(tmp_path, None), CHALLENGER)
    shadow, _ = in_shadow(records := answered())
    assert shadow is not None
    assert (shadow.same_decision, shadow.stricter, shadow.laxer) == (len(records), [], [])
