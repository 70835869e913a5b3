"""Prequential evaluation: train on what was known, judge the next week, move on a week, again."""

import numpy as np

from models.fraud.evaluation import evaluate, without_known_cards
from models.fraud.features import LABEL_DELAY, LABELLED_FEATURES
from models.fraud.forest import thinned
from models.fraud.split import WEEK, Split
from models.fraud.training_record import Fold, Parameters
from models.fraud.transactions import DAY
from models.fraud.views import Views

FIT_DAYS, LEAST_FIT_DAYS = 28, 7
MOST_GENUINE = 100_000


def prequential(
    views: Views, split: Split, parameters: Parameters, *, trees: int, folds: int, seed: int
) -> tuple[list[Fold], list[str]]:
    """Up to `folds` weeks before the end of training, the earliest first, and why some were left out.

    The later window is not touched.
    """
    import xgboost  # noqa: PLC0415 - xgboost where it is used

    found: list[Fold] = []
    skipped: list[str] = []
    table, label = views.tables["labelled"], views.transactions.label
    for back in range(folds - 1, -1, -1):
        end = split.train_end - back * WEEK
        start = end - WEEK
        fit_end = start - LABEL_DELAY
        fit_start = max(split.fit_start, fit_end - FIT_DAYS * DAY)
        judged, fit = views.rows(start, end), views.rows(fit_start, fit_end)
        name = interval(start, end)
        if fit_end - fit_start < LEAST_FIT_DAYS * DAY or not (label[fit] == 1).any():
            skipped.append(f"Week {name} was not judged: too few earlier days with frauds to fit on.")
            continue
        known = views.transactions.between(fit_end - WEEK, end)
        judged = judged[without_known_cards(known, views.transactions[judged], since=fit_end - WEEK, train_end=fit_end)]
        fraud = label[judged] == 1
        if not fraud.any() or fraud.all():
            skipped.append(f"Week {name} was not judged: it lacks frauds or genuine payments.")
            continue
        rows, weights = thinned(label[fit] == 1, seed, MOST_GENUINE)
        matrix = xgboost.DMatrix(table[fit[rows]].select(LABELLED_FEATURES), label[fit[rows]], weight=weights)
        booster = xgboost.train({**parameters, "seed": seed, "nthread": 1}, matrix, trees)
        scores = booster.predict(xgboost.DMatrix(table[judged].select(LABELLED_FEATURES))).astype(np.float64)
        found.append(
            Fold(
                fitted=interval(fit_start, fit_end),
                judged=name,
                metrics=evaluate(views.transactions[judged], scores),
            )
        )
    return found, skipped


def interval(start: np.datetime64, end: np.datetime64) -> str:
    """An ISO 8601 interval of days, end exclusive."""
    return f"{start.astype('datetime64[D]')}/{end.astype('datetime64[D]')}"
