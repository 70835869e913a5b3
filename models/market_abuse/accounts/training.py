"""Training of the account model: fitted on all accounts, calibrated and measured out of fold."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.market_abuse.accounts.card import AccountCard, AccountMetrics
from models.market_abuse.accounts.features import LABEL, TEXTS, matrix
from models.market_abuse.accounts.model import AccountModel

PARAMETERS: Final[dict[str, float | int | str]] = {
    "objective": "binary:logistic",
    "tree_method": "hist",
    "max_depth": 6,
    "eta": 0.1,
    "subsample": 0.8,
    "colsample_bytree": 0.5,
    "seed": 0,
    "nthread": 1,
}
TREES: Final = 400
FOLDS: Final = 5
LIMITS: Final = (
    "Trained on accounts reported for fraud and others, a public data set of 2017 to 2021. Accounts without any token "
    "figures are all fraud in it, by the way it was collected. Fraud of later years, other chains, contracts and "
    "exchanges' own wallets are not in it."
)


def train_account_model(
    columns: Mapping[str, NDArray[np.float64]], fraud: NDArray[np.bool_], *, source: str, trees: int = TREES
) -> AccountModel:
    """A model of accounts. Raises ValueError with fewer than 50 frauds or others."""
    if min(int(fraud.sum()), int((~fraud).sum())) < 50:
        raise ValueError(f"{int(fraud.sum())} frauds and {int((~fraud).sum())} others; 50 of each are needed")
    features = tuple(
        name for name in columns if name not in {LABEL, *TEXTS} and len(np.unique(columns[name][:2000])) > 1
    )
    rows = matrix(columns, features)
    margins = _out_of_fold(rows, fraud, features, trees)
    slope, intercept = _platt(margins, fraud)
    score = 1 / (1 + np.exp(-(slope * margins + intercept)))
    threshold = _best_f1(score, fraud)
    booster = _fit(rows, fraud, features, trees)
    weights = bytes(booster.save_raw("ubj"))
    digest = hashlib.sha256(rows.tobytes() + fraud.tobytes()).hexdigest()
    own = hashlib.sha256(weights).hexdigest()
    card = AccountCard(
        version=f"ethereum-{digest[:6]}-{own[:8]}",
        source=source,
        data_sha256=digest,
        accounts=len(fraud),
        frauds=int(fraud.sum()),
        features=features,
        parameters=PARAMETERS,
        trees=trees,
        slope=slope,
        intercept=intercept,
        threshold=threshold,
        metrics=measured(
            score,
            fraud,
            np.asarray(~np.isnan(rows).any(axis=1), np.bool_),
            threshold,
            f"{FOLDS} folds, each out of fold",
        ),
        sha256=own,
        limits=LIMITS,
    )
    return AccountModel(card, booster, weights)


def measured(
    score: NDArray[np.float64], fraud: NDArray[np.bool_], whole: NDArray[np.bool_], threshold: float, how: str
) -> AccountMetrics:
    """The figures of scores; `whole`: which accounts have all their figures."""
    from sklearn.metrics import average_precision_score, roc_auc_score  # noqa: PLC0415 - scikit-learn where it is used

    called = score >= threshold
    return AccountMetrics(
        how=how,
        average_precision=round(float(average_precision_score(fraud, score)), 5),
        roc_auc=round(float(roc_auc_score(fraud, score)), 5),
        brier=round(float(np.mean((score - fraud) ** 2)), 5),
        average_precision_with_token_figures=round(float(average_precision_score(fraud[whole], score[whole])), 5),
        precision_at_threshold=round(float(fraud[called].mean()), 5),
        recall_at_threshold=round(float(called[fraud].mean()), 5),
    )


def _fit(rows: NDArray[np.float32], fraud: NDArray[np.bool_], features: tuple[str, ...], trees: int) -> Any:
    import xgboost  # noqa: PLC0415 - xgboost where it is used

    return xgboost.train(PARAMETERS, xgboost.DMatrix(rows, fraud, feature_names=list(features), nthread=1), trees)


def _out_of_fold(
    rows: NDArray[np.float32], fraud: NDArray[np.bool_], features: tuple[str, ...], trees: int
) -> NDArray[np.float64]:
    """Log-odds of each account by a model that did not see it."""
    import xgboost  # noqa: PLC0415 - xgboost where it is used
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415 - scikit-learn where it is used

    margins = np.zeros(len(rows))
    for fitted, kept in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(rows, fraud):
        booster = _fit(rows[fitted], fraud[fitted], features, trees)
        held = xgboost.DMatrix(rows[kept], feature_names=list(features), nthread=1)
        margins[kept] = booster.predict(held, output_margin=True)
    return margins


def _platt(margins: NDArray[np.float64], fraud: NDArray[np.bool_]) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - scikit-learn where it is used

    fitted = LogisticRegression(C=1e6).fit(margins[:, None], fraud)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def _best_f1(score: NDArray[np.float64], fraud: NDArray[np.bool_]) -> float:
    from sklearn.metrics import precision_recall_curve  # noqa: PLC0415 - scikit-learn where it is used

    precision, recall, thresholds = precision_recall_curve(fraud, score)
    best = np.argmax(2 * precision * recall / np.maximum(precision + recall, 1e-9))
    return round(float(thresholds[min(int(best), len(thresholds) - 1)]), 6)
