"""Training: fit on the past, calibrate on a later week, refit, and measure on a week that is later still."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.fraud.calibration import Calibration
from models.fraud.decision import CostMatrix, Thresholds
from models.fraud.detector import FraudDetector
from models.fraud.evaluation import evaluate, without_known_cards
from models.fraud.features import FEATURES, LABEL_DELAY, UNLABELLED_FEATURES, History
from models.fraud.metrics import Metrics
from models.fraud.model_card import ModelCard, TrainingData, Variant
from models.fraud.split import WEEK, Split
from models.fraud.transactions import DAY, Transactions
from models.fraud.views import Views

if TYPE_CHECKING:
    from xgboost import Booster, DMatrix

MAX_TREES, PATIENCE = 300, 50
MAX_ROWS = 400_000
"""Rows of one view that a booster sees when it learns from two views; more cost time and bring nothing measurable."""

FEW_ROWS = 250_000
"""Below this many rows one thread fits: several gain little, and wait long for each other on a busy machine."""

PARAMETERS: dict[str, float | int | str] = {
    "objective": "binary:logistic",
    "eval_metric": "logloss",
    "max_depth": 5,
    "eta": 0.05,
    "tree_method": "hist",
}


@dataclass(frozen=True)
class Source:
    """Where training payments come from: a name to show, a digest, and whether they are simulated."""

    name: str
    sha256: str
    simulated: bool


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The later window without known compromised cards: its rows, and scores and measures by kind of history."""

    rows: Transactions
    scores: dict[History, NDArray[np.float64]]
    metrics: dict[History, Metrics]


@dataclass(frozen=True, eq=False)
class Training:
    """A trained detector, what it was shown, and how it did on the later window."""

    detector: FraudDetector
    views: Views
    split: Split
    evaluation: Evaluation


def train_detector(
    transactions: Transactions,
    source: Source,
    *,
    seed: int = 0,
    costs: CostMatrix | None = None,
    on_step: Callable[[str, float], None] = lambda _step, _share: None,
) -> Training:
    """A detector from labelled payments in any order; `on_step` hears what begins and the share of work done, 0 to 1.

    Raises ValueError when the payments span too few days, are unlabelled, or a window lacks frauds.
    """
    transactions = transactions.sorted_by_time()
    split = Split.of(transactions.time)
    on_step("features", 0.05)
    views = Views.of(transactions, seed)
    on_step("booster for labelled history", 0.2)
    labelled = fit_booster(views, split, ("labelled",), FEATURES, seed)
    on_step("booster without labels", 0.55)
    unlabelled = fit_booster(views, split, ("unlabelled", "none"), UNLABELLED_FEATURES, seed)
    on_step("evaluation", 0.9)
    detector = _assemble(
        (labelled, unlabelled), source=source, views=views, split=split, costs=costs or CostMatrix(), seed=seed
    )
    evaluation = evaluate_detector(detector, views, split)
    return Training(detector.with_metrics(evaluation.metrics), views, split, evaluation)


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
        rows = views.rows(split.calibration_start, split.train_end)
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
    views: Views, split: Split, histories: tuple[History, ...], features: tuple[str, ...], seed: int
) -> FittedBooster:
    """Fit with early stopping on the calibration week, then again up to the end of training with as many trees."""
    import xgboost  # noqa: PLC0415 - xgboost where it is used

    random = np.random.default_rng(seed)
    everything = _stacked(views, histories, views.rows(split.fit_start, split.train_end), features, random)
    parameters = {**PARAMETERS, "seed": seed, "nthread": 1 if everything.num_row() < FEW_ROWS else 0}
    fit = _stacked(views, histories, views.rows(split.fit_start, split.fit_end), features, random)
    later = _stacked(views, histories, views.rows(split.calibration_start, split.train_end), features, random)
    earlier = xgboost.train(
        parameters, fit, MAX_TREES, evals=[(later, "later")], early_stopping_rounds=PATIENCE, verbose_eval=False
    )
    earlier = earlier[: earlier.best_iteration + 1]
    booster = xgboost.train(parameters, everything, earlier.num_boosted_rounds())
    return FittedBooster(f"{histories[0]}.ubj", features, histories, booster, earlier)


def evaluate_detector(detector: FraudDetector, views: Views, split: Split) -> Evaluation:
    """How a detector does on the later window; the same rows for every detector, so that two can be compared."""
    rows = views.rows(split.test_start, split.test_end)
    known = views.transactions.between(split.train_end - WEEK, split.test_end)
    later = views.transactions[rows]
    rows = rows[without_known_cards(known, later, since=split.train_end - WEEK, train_end=split.train_end)]
    later = views.transactions[rows]
    scores = {history: detector.score(table[rows]) for history, table in views.tables.items()}
    return Evaluation(later, scores, {history: evaluate(later, found) for history, found in scores.items()})


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


def _assemble(
    fitted: tuple[FittedBooster, ...],
    *,
    source: Source,
    views: Views,
    split: Split,
    costs: CostMatrix,
    seed: int,
) -> FraudDetector:
    variants: dict[History, Variant] = {}
    for part in fitted:
        variants |= part.variants(views, split, costs)
    digests = {part.file: hashlib.sha256(part.booster.save_raw("ubj")).hexdigest() for part in fitted}
    whole = hashlib.sha256("".join(digests.values()).encode()).hexdigest()
    card = ModelCard(
        version=f"{split.train_end.astype('datetime64[D]')}-{whole[:8]}",
        data=TrainingData(
            source=source.name,
            sha256=source.sha256,
            simulated=source.simulated,
            transactions=len(views.transactions),
            frauds=int((views.transactions.label == 1).sum()),
            fitted=_interval(split.fit_start, split.train_end),
            calibrated=_interval(split.calibration_start, split.train_end),
            evaluated=_interval(split.test_start, split.test_end),
        ),
        label_delay_days=int(LABEL_DELAY // DAY),
        costs=costs,
        parameters={**PARAMETERS, "seed": seed},
        sha256=digests,
        variants=variants,
    )
    return FraudDetector(card, {part.file: part.booster for part in fitted})


def _interval(start: np.datetime64, end: np.datetime64) -> str:
    return f"{start.astype('datetime64[D]')}/{end.astype('datetime64[D]')}"
