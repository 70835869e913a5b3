"""How well labels are told: macro-F1 with an interval, calibration, and what a constant would reach."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.sentiment.card import Interval, Measures
from models.sentiment.classifier import Classifier, Floats
from models.sentiment.label import LABELS, Label

Labels = NDArray[np.int64]
RESAMPLES = 1000
BINS = 10


def measure(
    classifier: Classifier, texts: Sequence[str], labels: Labels, groups: Sequence[int], *, seed: int = 0
) -> Measures:
    """Measures on posts that the classifier has not seen. `labels` are places in `LABELS`."""
    decided, probabilities = classifier.decisions(texts), classifier.probabilities(texts)
    constant = np.full_like(labels, np.bincount(labels, minlength=len(LABELS)).argmax())
    table = confusion(labels, decided)
    return Measures(
        posts=len(labels),
        macro_f1=macro_f1_interval(labels, decided, groups, seed=seed),
        f1=dict(zip(LABELS, (float(value) for value in _f1(table)), strict=True)),
        accuracy=float((decided == labels).mean()),
        constant_macro_f1=macro_f1(labels, constant),
        constant_accuracy=float((constant == labels).mean()),
        log_loss=float(-np.log(np.clip(probabilities[np.arange(len(labels)), labels], 1e-12, 1)).mean()),
        calibration_error=calibration_error(probabilities, labels),
        confusion=tuple((int(row[0]), int(row[1]), int(row[2])) for row in table),
    )


def confusion(labels: Labels, decided: Labels) -> NDArray[np.int64]:
    """Counts, truth by rows, decisions by columns."""
    size = len(LABELS)
    return np.bincount(labels * size + decided, minlength=size * size).reshape(size, size)


def macro_f1(labels: Labels, decided: Labels) -> float:
    """Mean over `LABELS` of 2 TP / (2 TP + FP + FN), 0 where a label is neither there nor said."""
    return float(_f1(confusion(labels, decided)).mean())


def macro_f1_interval(labels: Labels, decided: Labels, groups: Sequence[int], *, seed: int = 0) -> Interval:
    """Macro-F1 with a 95 % percentile bootstrap over groups, as near-duplicates are no independent draws."""
    _, place = np.unique(np.asarray(groups), return_inverse=True)
    size, count = len(LABELS), int(place.max()) + 1
    tables = np.zeros((count, size * size))
    np.add.at(tables, (place, labels * size + decided), 1)
    draws = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), RESAMPLES)
    values = [float(_f1(table).mean()) for table in (draws @ tables).reshape(-1, size, size)]
    lower, upper = np.quantile(values, [0.025, 0.975])
    return Interval(value=macro_f1(labels, decided), lower=float(lower), upper=float(upper))


def calibration_error(probabilities: Floats, labels: Labels) -> float:
    """Mean gap of confidence and accuracy of the likeliest label over ten bins of confidence (Guo et al. 2017)."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(confidence[inside].mean() - right[inside].mean()) * inside.mean()
        for index in range(BINS)
        if (inside := bins == index).any()
    ]
    return float(sum(gaps))


def label_counts(labels: Labels) -> dict[Label, int]:
    """How many posts have each label."""
    return dict(zip(LABELS, np.bincount(labels, minlength=len(LABELS)).tolist(), strict=True))


def _f1(table: NDArray[np.int64] | Floats) -> Floats:
    hits = np.diagonal(table)
    sums: Floats = (table.sum(axis=0) + table.sum(axis=1)).astype(np.float64)
    scores: Floats = np.divide(2.0 * hits, sums, out=np.zeros(len(sums)), where=sums > 0)
    return scores
