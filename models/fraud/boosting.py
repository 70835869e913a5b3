"""The boosters: fitted with early stopping on the calibration week, then again up to the end of training."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.fraud.calibration import Calibration
from models.fraud.decision import CostMatrix, Thresholds
from models.fraud.features import History
from models.fraud.model_card import Variant
from models.fraud.split import Split
from models.fraud.training_record import Parameters
from models.fraud.transactions import UNKNOWN_LABEL
from models.fraud.tuning import MAX_TREES, PATIENCE
from models.fraud.views import Views

if TYPE_CHECKING:
    from xgboost import Booster, DMatrix

MAX_ROWS = 400_000
"""Rows of one view that a booster sees when it learns from two views; more cost time and bring nothing measurable."""

FEW_ROWS = 250_000
"""Below this many rows one thread fits: several gain little, and wait long for each other on a busy machine."""


@dataclass(frozen=True, eq=False)
class FittedBooster:
    """A booster refitted up to the end of training, and the one fitted before the calibration week."""

    file: str
    features: tuple[str, ...]
    histories: tuple[History, ...]
    booster: "Booster"
    earlier: "Booster"

    def variants(self, views: Views, split: Split, costs: CostMatrix) -> dict[History, Variant]:
        """Calibration and thresholds for each kind of history, set on the week that the earlier booster did not see."""
        rows = known_rows(views, split.calibration_start, split.train_end)
        fraud, amount = views.transactions.label[rows] == 1, views.transactions.amount[rows]
        variants: dict[History, Variant] = {}
        for history in self.histories:
            matrix = _matrix(views, history, rows, self.features)
            log_odds = self.earlier.predict(matrix, output_margin=True).astype(np.float64)
            calibration = Calibration.fit(log_odds, fraud)
            variants[history] = Variant(
                weights=self.file,
                features=self.features,
                calibration=calibration,
                thresholds=Thresholds.cheapest(costs, calibration.apply(log_odds), fraud, amount),
                trees=self.booster.num_boosted_rounds(),
            )
        return variants


def fit_booster(
    views: Views,
    split: Split,
    histories: tuple[History, ...],
    features: tuple[str, ...],
    parameters: Parameters,
    seed: int,
) -> FittedBooster:
    """Fit with early stopping on the calibration week, then again up to the end of training with as many trees."""
    import xgboost  # noqa: PLC0415 - xgboost where it is used

    random = np.random.default_rng(seed)
    everything = _stacked(views, histories, known_rows(views, split.fit_start, split.train_end), features, random)
    parameters = {**parameters, "seed": seed, "nthread": 1 if everything.num_row() < FEW_ROWS else 0}
    fit = _stacked(views, histories, known_rows(views, split.fit_start, split.fit_end), features, random)
    later = _stacked(views, histories, known_rows(views, split.calibration_start, split.train_end), features, random)
    earlier = xgboost.train(
        parameters, fit, MAX_TREES, evals=[(later, "later")], early_stopping_rounds=PATIENCE, verbose_eval=False
    )
    earlier = earlier[: earlier.best_iteration + 1]
    booster = xgboost.train(parameters, everything, earlier.num_boosted_rounds())
    return FittedBooster(f"{histories[0]}.ubj", features, histories, booster, earlier)


def _matrix(views: Views, history: History, rows: NDArray[np.intp], features: tuple[str, ...]) -> "DMatrix":
    import xgboost  # noqa: PLC0415 - xgboost where it is used

    values = views.tables[history][rows].select(features)
    return xgboost.DMatrix(values, views.transactions.label[rows], feature_names=list(features))


def _stacked(
    views: Views,
    histories: tuple[History, ...],
    rows: NDArray[np.intp],
    features: tuple[str, ...],
    random: np.random.Generator,
) -> "DMatrix":
    """Rows as each of the histories shows them, one view below the other."""
    import xgboost  # noqa: PLC0415 - xgboost where it is used

    parts = [
        rows if len(histories) == 1 or len(rows) <= MAX_ROWS else random.choice(rows, MAX_ROWS, replace=False)
        for _ in histories
    ]
    values = [views.tables[name][part].select(features) for name, part in zip(histories, parts, strict=True)]
    labels = views.transactions.label[np.concatenate(parts)]
    return xgboost.DMatrix(np.concatenate(values), labels, feature_names=list(features))


def known_rows(views: Views, start: np.datetime64, end: np.datetime64) -> NDArray[np.intp]:
    """Labelled rows with start <= time < end."""
    rows = views.rows(start, end)
    labelled: NDArray[np.intp] = rows[views.transactions.label[rows] != UNKNOWN_LABEL]
    return labelled
