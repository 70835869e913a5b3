"""The forests see what the booster's verdict did not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from blocks.model_registry import ModelRegistry
from models.fraud.decision import CostMatrix
from models.fraud.detector import FraudDetector, load_detector
from models.fraud.ensemble import CalibrationWeek, Ensemble, combine
from models.fraud.features import FEATURES, FeatureTable, point_in_time
from models.fraud.forest import Forest, Novelty
from models.fraud.simulator import simulate
from tasks.fraud.detector import MODEL
from tasks.fraud.second_opinion import second_opinions

pytestmark = pytest.mark.fraud


@pytest.fixture(scope="module")
def simulated() -> tuple[FeatureTable, Any]:
    rows = simulate(customers=150, terminals=400, days=60, seed=4).transactions
    return point_in_time(rows), rows


@pytest.fixture(scope="module")
def files(simulated: tuple[FeatureTable, Any], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The shipped booster with forests fitted on simulated payments."""
    table, rows = simulated
    fraud, shipped = rows.label == 1, load_detector()
    known = tuple(name for name in FEATURES if np.isfinite(table.select((name,))).any())
    forest, novelty = Forest.fit(table, fraud, known, 0, trees=20), Novelty.fit(table, known, 0)
    opinions = (shipped.log_odds(table), forest.log_odds(table), novelty.score(table))
    card, dumped = combine(CalibrationWeek(*opinions, fraud, rows.amount), forest, novelty, CostMatrix())
    detector = FraudDetector(shipped.card.model_copy(update={"ensemble": card}), shipped.boosters)
    return Ensemble(detector, forest, novelty, dumped).save(tmp_path_factory.mktemp("ensemble"))


def records(
    table: FeatureTable, places: Any, version: int | None, sha256: str, history: str = "labelled"
) -> list[dict[str, Any]]:
    return [
        {
            "transaction_id": f"t{place}",
            "model": {"version": "v", "weights_sha256": sha256, "registry_version": version},
            "history": history,
            "decision": "approve",
            "features": {
                name: None if np.isnan(value) else float(value)
                for name, value in zip(FEATURES, table.values[place], strict=True)
            },
        }
        for place in places
    ]


def test_frauds_that_were_approved_are_seen(simulated: tuple[FeatureTable, Any], files: list[Path]) -> None:
    table, rows = simulated
    version = ModelRegistry.default().register(
        MODEL, {file.name: file for file in files}, metrics={}, data_digest="0" * 64, code_version="test"
    )
    sha256 = load_detector(files[0].parent).weights_sha256
    frauds, genuine = np.flatnonzero(rows.label == 1)[-40:], np.flatnonzero(rows.label == 0)[-400:]
    seen = second_opinions(records(table, frauds, version.version, sha256))
    quiet = second_opinions(records(table, genuine, version.version, sha256))
    assert (seen.judged, quiet.judged, seen.warnings) == (len(frauds), 400, [])
    assert len(seen.stricter) >= len(frauds) / 2
    assert len(quiet.stricter) <= 20
    assert [one.score for one in seen.stricter] == sorted((one.score for one in seen.stricter), reverse=True)


def test_a_model_that_is_not_to_be_had_is_said_to_be(simulated: tuple[FeatureTable, Any]) -> None:
    table, _ = simulated
    for version, sha256 in ((None, "0" * 64), (7, load_detector().weights_sha256)):
        nothing = second_opinions(records(table, [1, 2], version, sha256))
        assert (nothing.judged, nothing.stricter, len(nothing.warnings)) == (0, [], 1)
    assert second_opinions([]).judged == 0


def test_without_history_the_forests_are_not_asked(simulated: tuple[FeatureTable, Any]) -> None:
    table, _ = simulated
    asked = second_opinions(records(table, range(40), None, load_detector().weights_sha256, history="none"))
    assert (asked.judged, asked.stricter, asked.warnings) == (0, [], [])
