"""From margins to probabilities that can be taken at their word."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from models.sentiment.classifier import Floats
from models.sentiment.label import LABELS
from models.sentiment.training import single

FOLDS: Final = 5
Indices = NDArray[np.int64]
Step = Callable[[str, float], None]


def fit_calibration(
    labels: Indices,
    groups: Sequence[int],
    margins_unseen: Callable[[Indices, Indices], Floats],
    on_step: Step,
) -> tuple[Floats, Floats]:
    """Matrix (3, 3) and bias (3,) that turn margins into logits (matrix scaling, Guo et al. 2017).

    `margins_unseen(seen, unseen)` fits on the posts at `seen` and gives margins of those at `unseen`; near-duplicates
    (`groups`) are kept together, so that every margin is of a post that its model has not seen.
    """
    margins = np.zeros((len(labels), len(LABELS)))
    splits = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    for fold, (seen, unseen) in enumerate(splits.split(margins, labels, np.asarray(groups))):
        on_step(f"calibration, fold {fold + 1} of {FOLDS}", fold / FOLDS)
        margins[unseen] = margins_unseen(seen, unseen)
    scaling = LogisticRegression(C=100.0, max_iter=1000).fit(margins, labels)
    return single(scaling.coef_.T), single(scaling.intercept_)
