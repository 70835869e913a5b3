"""Measuring on the simulated future: each fold judged by members, combination and threshold that never saw it."""

import numpy as np
from numpy.typing import NDArray

from models.network_security.attack_class import class_of
from models.network_security.combination import Combination
from models.network_security.members import Opinions
from models.network_security.metrics import HeldOutAttack, Metrics
from models.network_security.shift import FOLDS, Future


def part_of(opinions: Opinions, rows: NDArray[np.bool_]) -> Opinions:
    """The opinions on some of the records."""
    return Opinions(opinions.booster[rows], opinions.forest[rows], opinions.distance[rows], opinions.nearest[rows])


def measure(future: Future, opinions: Opinions, *, by_name: bool) -> Metrics:
    """Measures of the members' `opinions` on `future`, combined and cut fold by fold without the fold itself."""
    scores, called = np.zeros(len(future.row)), np.zeros(len(future.row), np.bool_)
    for fold in range(FOLDS):
        inside = future.fold == fold
        if not inside.any():
            continue
        known, weight = part_of(opinions, ~inside), future.weight[~inside] / future.weight[~inside].sum()
        combination = Combination.fit(known, future.malicious[~inside], weight).with_threshold(
            known, future.malicious[~inside], weight
        )
        scores[inside] = combination.probability(part_of(opinions, inside))
        called[inside] = scores[inside] >= combination.threshold
    return measures(future, scores, called, opinions.supervised >= 0, by_name=by_name)


def measures(
    future: Future,
    scores: NDArray[np.float64],
    called: NDArray[np.bool_],
    by_trees: NDArray[np.bool_],
    *,
    by_name: bool,
) -> Metrics:
    """Measures of scores and of what was called an attack."""
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415 - scikit-learn where it is used

    malicious, weight = future.malicious, future.weight
    new = future.unseen | ~malicious
    ordinary = ~malicious & ~future.changed
    return Metrics(
        average_precision_unseen=average_precision_unseen(future, scores),
        roc_auc_unseen=roc_auc_score(malicious[new], scores[new], sample_weight=weight[new]),
        roc_auc=roc_auc_score(malicious, scores, sample_weight=weight),
        accuracy=_share(called == malicious, weight),
        accuracy_of_trees=_share(by_trees == malicious, weight),
        found_known=_share(called, weight, malicious & ~future.unseen),
        found_unseen=_share(called, weight, future.unseen),
        false_alarms=_share(called, weight, ordinary),
        false_alarms_changed=_share(called, weight, ~malicious & future.changed),
        brier=_share((scores - malicious) ** 2, weight),
        held_out=_held_out(future, called, by_trees),
        held_out_by="name" if by_name else "cluster",
    )


def average_precision_unseen(future: Future, scores: NDArray[np.float64]) -> float:
    """Average precision of scores for attacks of unseen kinds against all normal records."""
    from sklearn.metrics import average_precision_score  # noqa: PLC0415 - scikit-learn where it is used

    new = future.unseen | ~future.malicious
    return float(average_precision_score(future.malicious[new], scores[new], sample_weight=future.weight[new]))


def _held_out(future: Future, called: NDArray[np.bool_], by_trees: NDArray[np.bool_]) -> tuple[HeldOutAttack, ...]:
    names, counts = np.unique(future.attack[future.unseen].astype(str), return_counts=True)
    found = []
    for index in np.argsort(-counts, kind="stable"):
        name = str(names[index])
        rows = future.unseen & (future.attack == name)
        found.append(
            HeldOutAttack(
                attack=name,
                attack_class=class_of(name),
                records=int(counts[index]),
                found=round(float(called[rows].mean()), 4),
                found_by_trees=round(float(by_trees[rows].mean()), 4),
            )
        )
    return tuple(found)


def _share(
    values: NDArray[np.bool_] | NDArray[np.float64],
    weight: NDArray[np.float64],
    rows: NDArray[np.bool_] | None = None,
) -> float:
    chosen = np.ones(len(weight), np.bool_) if rows is None else rows
    total = float(weight[chosen].sum())
    return min(1.0, float(np.sum(values[chosen] * weight[chosen])) / total) if total else 0.0
