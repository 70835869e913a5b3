"""Looking for better parameters within a budget of trials and seconds."""

import time
from typing import Any, Final

import numpy as np

from models.fraud.forest import thinned
from models.fraud.training_record import Parameters, Tuning

PARAMETERS: Final[Parameters] = {
    "objective": "binary:logistic",
    "eval_metric": "logloss",
    "max_depth": 5,
    "eta": 0.05,
    "tree_method": "hist",
}
"""What was best on the handbook's weeks; the first trial."""

CHOICES: Final[dict[str, tuple[float | int, ...]]] = {
    "max_depth": (4, 5, 6, 7),
    "eta": (0.03, 0.05, 0.08),
    "min_child_weight": (1, 3, 8),
    "subsample": (0.7, 0.85, 1.0),
    "colsample_bytree": (0.5, 0.7, 1.0),
    "reg_lambda": (1, 3, 8),
}
MAX_TREES, PATIENCE = 300, 50
MOST_GENUINE = 150_000


def candidates(trials: int, seed: int) -> list[Parameters]:
    """`trials` parameter sets, the known good one first, the rest at random; the same for the same seed."""
    random = np.random.default_rng(seed)
    drawn: list[Parameters] = [PARAMETERS]
    for _ in range(trials - 1):
        choice = {name: values[int(random.integers(len(values)))] for name, values in CHOICES.items()}
        drawn.append({**PARAMETERS, **choice})
    return drawn


def tune(fit: tuple[Any, Any], later: tuple[Any, Any], *, trials: int, seconds: float, seed: int) -> Tuning:
    """The set with the best average precision on `later` (values, fraud) when fitted on `fit`.

    No trial is begun when the seconds are over; with fewer than two trials the known good set is taken unseen.
    """
    if trials < 2:
        return Tuning(trials=0, seconds=0.0, cut_short=False, average_precision=None, parameters=PARAMETERS)
    import xgboost  # noqa: PLC0415 - xgboost where it is used
    from sklearn.metrics import average_precision_score  # noqa: PLC0415 - scikit-learn where it is used

    began, best, done = time.monotonic(), (-1.0, PARAMETERS), 0
    rows, weights = thinned(fit[1], seed, MOST_GENUINE)
    train, test = xgboost.DMatrix(fit[0][rows], fit[1][rows], weight=weights), xgboost.DMatrix(*later)
    for parameters in candidates(trials, seed):
        if time.monotonic() - began >= seconds:
            break
        booster = xgboost.train(
            {**parameters, "seed": seed, "nthread": 1},
            train,
            MAX_TREES,
            evals=[(test, "later")],
            early_stopping_rounds=PATIENCE,
            verbose_eval=False,
        )
        found = booster.predict(test, iteration_range=(0, booster.best_iteration + 1))
        best = max(best, (float(average_precision_score(later[1], found)), parameters), key=lambda one: one[0])
        done += 1
    return Tuning(
        trials=done,
        seconds=round(time.monotonic() - began, 1),
        cut_short=done < trials,
        average_precision=best[0] if done else None,
        parameters=best[1],
    )
