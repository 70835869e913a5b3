"""Training: members on all records; combination and threshold on a simulated future with new kinds of attack."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.network_security.attack_class import NORMAL, class_of
from models.network_security.attack_classes import PARAMETERS as CLASS_PARAMETERS
from models.network_security.attack_classes import ROUNDS as CLASS_ROUNDS
from models.network_security.attack_classes import AttackClasses
from models.network_security.combination import Combination
from models.network_security.detector import NetworkDetector, digest, digests, weights
from models.network_security.evaluation import measure
from models.network_security.feature_table import FeatureTable
from models.network_security.members import BOOSTER, FOREST, ROUNDS, Members, Opinions
from models.network_security.metrics import Metrics
from models.network_security.model_card import ModelCard, TrainingData
from models.network_security.shift import CHANGED_SHARE, UNSEEN_SHARE, Future, Shift

MOST_RECORDS: Final = 300_000
LEAST_OF_EACH: Final = 30
SCALE: Final = 201
LIMITS: Final = (
    "Measured on attack kinds of the training file itself, held out one after the other: a simulation of new attacks, "
    "not a measurement on another network. Novelty knows the normal traffic of this file; on that of another network "
    "false alarms are more frequent. Probabilities hold for a future in which half of the records are attacks."
)


@dataclass(frozen=True, eq=False)
class LabelledRecords:
    """Records with the name of each one's attack, or `normal`, and where they are from."""

    table: FeatureTable
    attack: NDArray[np.object_]
    source: str
    sha256: str
    format: str


@dataclass(frozen=True, eq=False)
class Training:
    """A trained detector, and the simulated future that it was measured on."""

    detector: NetworkDetector
    future: Future
    opinions: Opinions
    records: LabelledRecords

    @property
    def metrics(self) -> Metrics:
        """The measures on the card."""
        return self.detector.card.metrics


@dataclass(frozen=True, eq=False)
class Fitted:
    """Members and class model fitted on all records, and the digests of their files."""

    members: Members
    classes: AttackClasses
    sha256: dict[str, str]


def train_detector(
    records: LabelledRecords,
    *,
    name: str,
    seed: int = 0,
    on_step: Callable[[str, float], None] = lambda _step, _share: None,
) -> Training:
    """A detector from labelled records; `on_step` hears what begins and the share of work done, 0 to 1.

    Of more than `MOST_RECORDS` records a random part is used. Raises ValueError when there are too few attacks or
    normal records to learn from.
    """
    records = _reduced(records, seed)
    malicious = records.attack != NORMAL
    for what, count in (("attacks", int(malicious.sum())), ("normal records", int((~malicious).sum()))):
        if count < LEAST_OF_EACH:
            raise ValueError(f"the file holds {count} {what}; at least {LEAST_OF_EACH} are needed to learn from")
    shift = Shift.of(records.attack, records.table.numeric, seed)
    future = Future.of(shift)
    opinions = _opinions_on_the_future(records, shift, seed, on_step)
    on_step("members on all records", 0.85)
    members = Members.fit(records.table, malicious, seed)
    classes = AttackClasses.fit(
        records.table[malicious],
        np.array([class_of(attack) for attack in records.attack[malicious]], dtype=object),
        members.encoding,
        seed,
    )
    on_step("combination and threshold", 0.95)
    files = weights(members, classes)
    fitted = Fitted(members, classes, digests(files))
    card = _card(records, fitted, future, opinions, by_name=shift.by_name, name=name, seed=seed)
    return Training(NetworkDetector(card, members, classes, files), future, opinions, records)


def _reduced(records: LabelledRecords, seed: int) -> LabelledRecords:
    if len(records.table) <= MOST_RECORDS:
        return records
    rows = np.sort(np.random.default_rng(seed).choice(len(records.table), MOST_RECORDS, replace=False))
    return LabelledRecords(records.table[rows], records.attack[rows], records.source, records.sha256, records.format)


def _opinions_on_the_future(
    records: LabelledRecords, shift: Shift, seed: int, on_step: Callable[[str, float], None]
) -> Opinions:
    malicious, parts = records.attack != NORMAL, []
    for fold, kept in shift.folds():
        on_step("held-out attack kinds", 0.05 + 0.13 * fold)
        members = Members.fit(records.table[~kept], malicious[~kept], seed)
        parts.append(members.opinions(records.table[np.flatnonzero(kept)]))
    return Opinions(
        np.concatenate([part.booster for part in parts]),
        np.concatenate([part.forest for part in parts]),
        np.concatenate([part.distance for part in parts]),
        np.concatenate([part.nearest for part in parts]),
    )


def _card(
    records: LabelledRecords,
    fitted: Fitted,
    future: Future,
    opinions: Opinions,
    *,
    by_name: bool,
    name: str,
    seed: int,
) -> ModelCard:
    combination = Combination.fit(opinions, future.malicious, future.weight).with_threshold(
        opinions, future.malicious, future.weight
    )
    ordinary = ~future.malicious & ~future.changed
    attacks, counts = np.unique(records.attack[records.attack != NORMAL].astype(str), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return ModelCard(
        name=name,
        version=f"{records.format}-{records.sha256[:6]}-{digest(fitted.sha256)[:8]}",
        data=TrainingData(
            source=records.source,
            sha256=records.sha256,
            format=records.format,
            records=len(records.table),
            attacks={str(attacks[index]): int(counts[index]) for index in order},
        ),
        encoding=fitted.members.encoding,
        classes=fitted.classes.classes,
        combination=combination,
        novelty_scale=tuple(np.round(np.quantile(opinions.distance[ordinary], np.linspace(0, 1, SCALE)), 6).tolist()),
        normality_categories=fitted.members.normality.encoding.categories,
        metrics=measure(future, opinions, by_name=by_name),
        parameters={
            "booster": {**BOOSTER, "rounds": ROUNDS},
            "forest": FOREST,
            "classes": {**CLASS_PARAMETERS, "rounds": CLASS_ROUNDS},
            "simulated_future": {"unseen_share": UNSEEN_SHARE, "changed_share": CHANGED_SHARE},
        },
        seed=seed,
        sha256=fitted.sha256,
        limits=LIMITS,
    )
