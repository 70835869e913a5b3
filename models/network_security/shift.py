"""A simulated future: whole kinds of attack, and of normal traffic, that training does not get to see.

Six times a part of the data is kept from training: some attack names whole, a cluster of the normal records whole, and
one record in six of the rest. What a model says of the kept part is what it will say of a future in which such attacks
are new, and of normal traffic that has changed. Weights set how much of that future is new.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.network_security.attack_class import NORMAL, class_of

FOLDS: Final = 6
CLUSTERS: Final = 24
UNSEEN_SHARE: Final = 0.5
"""Of the attacks of the simulated future, those of a kind never trained on; each name counts the same."""
CHANGED_SHARE: Final = 0.25
"""Of its normal records, those of a kind never trained on."""
ATTACK_SHARE: Final = 0.5


@dataclass(frozen=True, eq=False)
class Shift:
    """The fold that each record is kept from: as a random one, an unseen attack, changed normal traffic (-1: none)."""

    attack: NDArray[np.object_]
    random: NDArray[np.int64]
    unseen: NDArray[np.int64]
    changed: NDArray[np.int64]
    by_name: bool

    @classmethod
    def of(cls, attack: NDArray[np.object_], numeric: NDArray[np.float64], seed: int) -> "Shift":
        """`attack`: name of each record's attack, or normal. With one attack name alone, clusters stand for kinds."""
        random = np.random.default_rng(seed)
        normal = attack == NORMAL
        names = set(attack[~normal].tolist())
        unseen = np.full(len(attack), -1)
        if len(names) > 1:
            for fold, group in enumerate(grouped(attack[~normal])):
                unseen[np.isin(attack, group)] = fold
        else:
            unseen[~normal] = _clusters(numeric[~normal], seed)
        changed = np.full(len(attack), -1)
        changed[normal] = _clusters(numeric[normal], seed)
        return cls(attack, random.integers(0, FOLDS, len(attack)), unseen, changed, by_name=len(names) > 1)

    def folds(self) -> Iterator[tuple[int, NDArray[np.bool_]]]:
        """The folds that hold an attack kind back, and the records that each keeps from training."""
        for fold in range(FOLDS):
            kept = (self.random == fold) | (self.unseen == fold) | (self.changed == fold)
            left = ~kept
            if (left & (self.attack == NORMAL)).any() and (left & (self.attack != NORMAL)).any():
                yield fold, kept


@dataclass(frozen=True, eq=False)
class Future:
    """The kept records of all folds: which record, of which fold, and the weight of each. A record may come twice."""

    row: NDArray[np.intp]
    fold: NDArray[np.int64]
    attack: NDArray[np.object_]
    unseen: NDArray[np.bool_]
    changed: NDArray[np.bool_]
    weight: NDArray[np.float64]

    @classmethod
    def of(cls, shift: Shift) -> "Future":
        """All that `shift` keeps back; the weights sum to 1."""
        parts = [(fold, np.flatnonzero(kept)) for fold, kept in shift.folds()]
        if not parts:
            raise ValueError("training needs normal records and attacks of several kinds; give more of them")
        row = np.concatenate([rows for _, rows in parts])
        fold = np.concatenate([np.full(len(rows), fold) for fold, rows in parts])
        attack, unseen = shift.attack[row], shift.unseen[row] == fold
        changed = shift.changed[row] == fold
        return cls(row, fold, attack, unseen, changed, _weights(attack, unseen, changed))

    @property
    def malicious(self) -> NDArray[np.bool_]:
        """Which of them are attacks."""
        attacks: NDArray[np.bool_] = self.attack != NORMAL
        return attacks


def grouped(attacks: NDArray[np.object_]) -> list[list[str]]:
    """Attack names in at most `FOLDS` groups: each class by itself, the classes of most records in two parts.

    Rare classes are held out whole, so that nothing like them is left in training.
    """
    names, counts = np.unique(attacks.astype(str), return_counts=True)
    size = dict(zip(names.tolist(), counts.tolist(), strict=True))
    classes: dict[str, list[str]] = {}
    for name in sorted(size, key=lambda name: (-size[name], name)):
        classes.setdefault(class_of(name), []).append(name)
    groups = sorted(classes.values(), key=lambda group: -sum(size[name] for name in group))
    for group in list(groups):
        if len(groups) < FOLDS and len(group) > 1:
            groups.remove(group)
            groups += [group[0::2], group[1::2]]
    while len(groups) > FOLDS:
        smallest = groups.pop()
        groups[-1] = [*groups[-1], *smallest]
        groups.sort(key=lambda group: -sum(size[name] for name in group))
    return groups


def _clusters(numeric: NDArray[np.float64], seed: int) -> NDArray[np.int64]:
    """Fold of each record by its cluster; large clusters are spread over the folds first."""
    from sklearn.cluster import KMeans  # noqa: PLC0415 - scikit-learn where it is used
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    if len(numeric) < 2 * CLUSTERS:
        return np.arange(len(numeric)) % FOLDS
    scaled = StandardScaler().fit_transform(np.sign(numeric) * np.log1p(np.abs(numeric)))
    distinct = len(np.unique(scaled, axis=0))
    found = KMeans(n_clusters=min(CLUSTERS, distinct), n_init=1, random_state=seed).fit(scaled).labels_
    order = np.argsort(-np.bincount(found), kind="stable")
    fold_of = np.empty(len(order), np.int64)
    fold_of[order] = np.arange(len(order)) % FOLDS
    folds: NDArray[np.int64] = fold_of[found]
    return folds


def _weights(attack: NDArray[np.object_], unseen: NDArray[np.bool_], changed: NDArray[np.bool_]) -> NDArray[np.float64]:
    normal = attack == NORMAL
    weight = np.zeros(len(attack))
    shares = (
        (~normal & ~unseen, ATTACK_SHARE * (1 - UNSEEN_SHARE)),
        (normal & changed, (1 - ATTACK_SHARE) * CHANGED_SHARE),
        (normal & ~changed, (1 - ATTACK_SHARE) * (1 - CHANGED_SHARE)),
    )
    for rows, share in shares:
        weight[rows] = share / max(int(rows.sum()), 1)
    names = sorted(set(attack[unseen].tolist()))
    for name in names:
        rows = unseen & (attack == name)
        weight[rows] = ATTACK_SHARE * UNSEEN_SHARE / len(names) / int(rows.sum())
    weight /= weight.sum()
    return weight
