"""Training on made-up records: nothing that is held out is seen, and the same data give the same detector."""

import numpy as np
import pytest

from models.network_security.attack_class import NORMAL
from models.network_security.combination import Combination
from models.network_security.feature_space import NSL_KDD
from models.network_security.members import Opinions
from models.network_security.shift import CHANGED_SHARE, UNSEEN_SHARE, Future, Shift, grouped
from models.network_security.training import LabelledRecords, Training, train_detector
from tasks.network_security.read import read_rows
from tests.tasks.network_security.records import nsl_population

pytestmark = pytest.mark.fraud


def population(seed: int = 0) -> LabelledRecords:
    rows, labels = nsl_population(seed)
    return LabelledRecords(read_rows(rows).table, np.array(labels, object), "made up", "0" * 64, "nsl-kdd")


@pytest.fixture(scope="module")
def training() -> Training:
    return train_detector(population(), name="network-detector-nsl-kdd")


def test_it_learns_and_says_what_it_did(training: Training) -> None:
    metrics = training.metrics
    assert metrics.found_known > 0.95
    assert {one.attack for one in metrics.held_out} == {"neptune", "guess_passwd", "portsweep"}
    assert training.detector.card.data.attacks == {"guess_passwd": 60, "neptune": 60, "portsweep": 60}
    judged = training.detector.judge(population(1).table)
    truth = population(1).attack != NORMAL
    assert ((judged.score >= training.detector.card.combination.threshold) == truth).mean() > 0.95


def test_the_same_data_give_the_same_detector(training: Training) -> None:
    again = train_detector(population(), name="network-detector-nsl-kdd")
    assert again.detector.card == training.detector.card


def test_no_held_out_kind_is_trained_on() -> None:
    records = population()
    shift = Shift.of(records.attack, records.table.numeric, 0)
    seen = set()
    for fold, kept in shift.folds():
        unseen = {str(name) for name in records.attack[shift.unseen == fold]}
        assert unseen.isdisjoint(records.attack[~kept].tolist())
        changed = shift.changed == fold
        assert kept[changed].all()
        seen |= unseen
    assert seen == {"neptune", "guess_passwd", "portsweep"}


def test_the_weights_of_the_future_are_those_promised() -> None:
    records = population()
    future = Future.of(Shift.of(records.attack, records.table.numeric, 0))
    attack = future.weight[future.malicious].sum()
    assert future.weight.sum() == pytest.approx(1)
    assert attack == pytest.approx(0.5)
    assert future.weight[future.unseen].sum() / attack == pytest.approx(UNSEEN_SHARE)
    assert future.weight[future.changed].sum() / (1 - attack) == pytest.approx(CHANGED_SHARE)
    each = [future.weight[future.unseen & (future.attack == name)].sum() for name in ("neptune", "guess_passwd")]
    assert each[0] == pytest.approx(each[1])


def test_rare_classes_are_held_out_whole_and_large_ones_in_parts() -> None:
    names = ["neptune"] * 900 + ["smurf"] * 80 + ["satan"] * 60 + ["nmap"] * 50 + ["spy"] * 2 + ["phf"] + ["perl"] * 3
    groups = grouped(np.array(names, object))
    assert ["spy", "phf"] in groups
    assert ["perl"] in groups
    assert sorted(name for group in groups for name in group) == sorted(set(names))
    assert len(groups) == 6


def test_with_one_attack_name_its_clusters_stand_for_kinds() -> None:
    records = population()
    merged = np.where(records.attack == NORMAL, NORMAL, "attack").astype(object)
    shift = Shift.of(merged, records.table.numeric, 0)
    assert not shift.by_name
    assert len(set(shift.unseen[merged != NORMAL].tolist())) > 1


@pytest.mark.parametrize(("keep", "why"), [("normal", "0 attacks"), ("neptune", "0 normal records")])
def test_too_few_of_a_kind_are_refused(keep: str, why: str) -> None:
    records = population()
    rows = records.attack == keep
    part = LabelledRecords(records.table[rows], records.attack[rows], "made up", "0" * 64, "nsl-kdd")
    with pytest.raises(ValueError, match=f"holds {why}; at least 30"):
        train_detector(part, name="network-detector-nsl-kdd")


def opinions(supervised: list[float], distance: list[float]) -> Opinions:
    odds = np.array(supervised)
    return Opinions(odds, odds, np.array(distance), np.zeros(len(odds), np.intp))


def test_a_member_that_speaks_the_wrong_way_is_left_out() -> None:
    malicious = np.array([False, False, True, True] * 25)
    said = opinions([-2.0, -1.0, 1.0, 2.0] * 25, [0.9, 0.8, 0.1, 0.2] * 25)
    fitted = Combination.fit(said, malicious, np.full(100, 0.01))
    assert fitted.novelty == 0
    assert fitted.supervised > 0


def test_the_threshold_is_the_lowest_that_costs_next_to_nothing() -> None:
    malicious = np.array([False] * 50 + [True] * 50)
    said = opinions([-3.0] * 49 + [0.5] + [0.4] + [3.0] * 49, [0.5] * 100)
    weight = np.full(100, 0.01)
    fitted = Combination.fit(said, malicious, weight).with_threshold(said, malicious, weight)
    scores = fitted.probability(said)
    assert (scores[malicious] >= fitted.threshold).mean() >= 0.98
    assert (scores[~malicious] >= fitted.threshold).mean() <= 0.02


def test_labels_that_mean_nothing_are_refused() -> None:
    malicious = np.array([True, False] * 50)
    with pytest.raises(ValueError, match="nothing in the records tells"):
        Combination.fit(opinions([-1.0, 1.0] * 50, [0.1, 0.9] * 50), malicious, np.full(100, 0.01))


def test_the_feature_space_is_that_of_kdd() -> None:
    assert len(NSL_KDD.numeric) + len(NSL_KDD.categorical) == 41
